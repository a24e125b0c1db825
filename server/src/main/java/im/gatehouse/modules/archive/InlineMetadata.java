package im.gatehouse.modules.archive;

import im.gatehouse.session.Session;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.InlineFeature;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Tells a client, with its session, how far the user's archive goes (XEP-0386 section 3). */
record InlineMetadata(Reader reader) implements InlineFeature {
    @Override
    public Element begin(@Nullable Element request, Session session, ClientStream stream) {
        return reader.metadata(session.account(), Ids::text);
    }
}
