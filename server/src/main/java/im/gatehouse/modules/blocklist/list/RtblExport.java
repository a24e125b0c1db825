package im.gatehouse.modules.blocklist.list;

import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks as the items of a real-time block list, fit to be published: accounts and domains only as digests,
 * with the reason that users are shown.
 *
 * <p>The format has no moments, no patterns and no addresses; blocks with the latter two are left out, and so is a
 * second block with the same digest. A note is private and not written, unless it is the kind of a report, as
 * {@link RtblList} reads it. A reason without a kind is a report of abuse, the more general of the two kinds that
 * XEP-0377 knows. Characters that XML cannot carry become U+FFFD.
 */
final class RtblExport {
    private static final String ABUSE = Rtbl.KINDS + "abuse";

    private RtblExport() {}

    /** Writes all of them, and leaves the stream open. */
    static BlockFile.Written write(Iterable<BlockFile.Exported> blocks, OutputStream out) throws IOException {
        XmlBuffer xml = new XmlBuffer();
        xml.append("<pubsub xmlns='" + Rtbl.PUBSUB + "'>\n<items node='" + Rtbl.NODE + "'>\n");
        Set<Target.Digest> written = new HashSet<>();
        long leftOut = 0;
        for (BlockFile.Exported block : blocks) {
            Optional<Target.Digest> digest = digest(block.line().target()).filter(written::add);
            if (digest.isPresent()) {
                XmlWriter.write(item(digest.get(), block.line()), Rtbl.PUBSUB, xml);
                xml.append('\n');
            } else {
                leftOut++;
            }
            flush(xml, out);
        }
        xml.append("</items>\n</pubsub>\n");
        flush(xml, out);
        return new BlockFile.Written(written.size(), leftOut);
    }

    private static void flush(XmlBuffer xml, OutputStream out) throws IOException {
        out.write(xml.array(), 0, xml.length());
        xml.clear();
    }

    private static Optional<Target.Digest> digest(Target target) {
        return switch (target) {
            case Target.Account(var bare) -> Optional.of(Target.Digest.of(bare));
            case Target.Domain(var name) -> Optional.of(Target.Digest.ofDomain(name));
            case Target.Digest digest -> Optional.of(digest);
            case Target.Pattern _, Target.Address _ -> Optional.empty();
        };
    }

    private static Element item(Target.Digest digest, BlockLine line) {
        String kind = kind(line.note());
        return Element.builder("item", Rtbl.PUBSUB)
                .attribute("id", digest.hex())
                .child(kind == null && line.reason() == null ? null : report(kind, line.reason()))
                .build();
    }

    private static @Nullable String kind(@Nullable String note) {
        return note != null && note.startsWith(Rtbl.KINDS) && note.indexOf(' ') < 0 ? note : null;
    }

    private static Element report(@Nullable String kind, @Nullable String reason) {
        return Element.builder("report", Rtbl.REPORTING)
                .attribute("reason", kind == null ? ABUSE : kind)
                .child(reason == null ? null : Element.of("text", Rtbl.REPORTING, reason))
                .build();
    }
}
