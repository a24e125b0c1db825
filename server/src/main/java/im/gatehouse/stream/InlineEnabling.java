package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Lets a client turn stream management on as it binds its resource (XEP-0198 section 8, XEP-0386). */
record InlineEnabling(StreamManagement management) implements InlineFeature {
    @Override
    public String announced() {
        return StreamManagement.NAMESPACE;
    }

    @Override
    public boolean takes(Element request) {
        return request.is("enable", StreamManagement.NAMESPACE);
    }

    @Override
    public @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream) {
        return request == null ? null : management.enable(stream, request);
    }
}
