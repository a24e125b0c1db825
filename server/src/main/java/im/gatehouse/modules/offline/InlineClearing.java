package im.gatehouse.modules.offline;

import im.gatehouse.session.Session;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.InlineFeature;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Spares a client that binds its resource with its sign-in what it finds in the archive (XEP-0386 section 3.2). */
record InlineClearing(OfflineInbox inbox) implements InlineFeature {
    @Override
    public @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream) {
        inbox.clear(session);
        return null;
    }
}
