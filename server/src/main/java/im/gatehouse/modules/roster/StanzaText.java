package im.gatehouse.modules.roster;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stanza as the text that a database keeps. */
public final class StanzaText {
    private static final Logger log = LoggerFactory.getLogger(StanzaText.class);

    /** Wide enough for whatever a stream lets in, also after it was escaped anew and stamped. */
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(16 * 1024 * 1024, 256, 1_024, 0);

    private StanzaText() {}

    public static String write(Stanza stanza) {
        XmlBuffer out = new XmlBuffer();
        stanza.write(out, true);
        return out.toString();
    }

    /** Reads what was written; empty, with a line in the log, when somebody has spoilt it in the database. */
    public static <S extends Stanza> Optional<S> read(String text, Class<S> kind) {
        try {
            Stanza stanza = Stanza.of(XmlReader.parse(XmlBuffer.utf8(text), LIMITS));
            return Optional.of(stanza).filter(kind::isInstance).map(kind::cast);
        } catch (XmlException | StanzaException e) {
            log.warn("A stored stanza cannot be read and is left out: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
