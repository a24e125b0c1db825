package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Lets a client say as it binds its resource that nobody looks (XEP-0352, XEP-0386). */
record InlineState(ClientStates states) implements InlineFeature {
    @Override
    public String announced() {
        return ClientStates.NAMESPACE;
    }

    @Override
    public boolean takes(Element request) {
        return request.is("inactive", ClientStates.NAMESPACE) || request.is("active", ClientStates.NAMESPACE);
    }

    @Override
    public @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream) {
        if (request != null) {
            states.tell(stream, request.name().equals("active"));
        }
        return null;
    }
}
