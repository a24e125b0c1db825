package im.gatehouse.modules.carbons;

import im.gatehouse.session.Session;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.InlineFeature;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Carbons from a session's first moment on (XEP-0386 section 3); it needs no answer. */
record InlineCarbons(Carbons carbons) implements InlineFeature {
    @Override
    public String announced() {
        return Carbons.NAMESPACE;
    }

    @Override
    public boolean takes(Element request) {
        return request.is("enable", Carbons.NAMESPACE);
    }

    @Override
    public @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream) {
        carbons.enable(session);
        return null;
    }
}
