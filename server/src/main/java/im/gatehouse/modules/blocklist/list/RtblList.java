package im.gatehouse.modules.blocklist.list;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.target.Target;
import java.io.IOException;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a real-time block list publishes: the items of its node, as a service sends them, or digests in
 * hexadecimal, one a line.
 *
 * <p>Items stand in {@code <items/>}, in {@code <pubsub/>} or in a whole {@code <iq/>} (XEP-0060 section 6.5); an
 * item's id is the digest or, in lists that hide nothing, the domain or the bare address itself. The text of its
 * report, if there is one, becomes the reason that users are shown, on one line; the kind of the report
 * ({@code urn:xmpp:reporting:spam}) the note (XEP-0377). Elements that are not known are read over; document types and
 * entities are refused.
 *
 * <p>In the plain list blank lines and those that begin with {@code #} do not count.
 */
final class RtblList {
    private static final String DIGEST = "sha256:";

    private final ListText text;
    private final Findings findings;
    private boolean itemsSeen;

    RtblList(ListText text, Findings findings) {
        this.text = text;
        this.findings = findings;
    }

    /**
     * Reads it all.
     *
     * @throws UnfitListException when it is none, or no well-formed XML
     * @throws IOException when it cannot be read
     */
    void read() throws IOException {
        switch (text.skipBlank()) {
            case -1 -> throw new UnfitListException("it is empty");
            case '<' -> items();
            default -> digests();
        }
    }

    private void digests() throws IOException {
        for (String line = text.line(); line != null; line = text.line()) {
            String digest = line.strip();
            if (!digest.isEmpty() && !digest.startsWith("#")) {
                digest(digest);
            }
        }
        if (findings.entries() == 0) {
            throw new UnfitListException("it is empty");
        }
    }

    private void digest(String digest) throws UnfitListException {
        findings.entry();
        Target target = findings.target(text.lines(), DIGEST + digest);
        if (target != null) {
            findings.add(text.lines(), new BlockLine(target, null, null, null, null));
        } else if (findings.entries() == 1) {
            throw new UnfitListException("line " + text.lines() + " is neither XML nor a SHA-256 digest");
        }
    }

    private void items() throws IOException {
        long skipped = text.lines();
        try {
            XMLStreamReader xml = factory().createXMLStreamReader(text);
            new Document(xml, skipped).read();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException cause) {
                throw cause;
            }
            throw new UnfitListException("it is no well-formed XML, line "
                    + (skipped + (e.getLocation() == null ? 1 : e.getLocation().getLineNumber())));
        }
        if (!itemsSeen) {
            throw new UnfitListException("there are no <items/> of publish-subscribe in it");
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        // The JDK counts every &amp; of a document against these; entities that could grow are refused above.
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.totalEntitySizeLimit", "0");
        return factory;
    }

    /** What an item says besides its digest. */
    private static final class Report {
        private @Nullable String kind;
        private @Nullable String text;
    }

    /** Reads an element whose start the cursor is at, and leaves the cursor at its end. */
    @FunctionalInterface
    private interface Part {
        void read() throws XMLStreamException, IOException;
    }

    /** The items of one document. */
    private final class Document {
        private final XMLStreamReader xml;
        private final long skipped;

        Document(XMLStreamReader xml, long skipped) {
            this.xml = xml;
            this.skipped = skipped;
        }

        void read() throws XMLStreamException, IOException {
            for (int event = xml.getEventType(); event != XMLStreamConstants.END_DOCUMENT; event = step()) {
                if (event == XMLStreamConstants.START_ELEMENT) {
                    root();
                }
            }
        }

        private void root() throws XMLStreamException, IOException {
            if (isPubsub("items")) {
                items();
            } else if (isPubsub("pubsub")) {
                pubsub();
            } else if (xml.getLocalName().equals("iq")) {
                eachChild(() -> either(isPubsub("pubsub"), this::pubsub));
            } else {
                throw new UnfitListException("it begins with <" + xml.getLocalName()
                        + "/>, not with the <iq/>, <pubsub/> or <items/> of a block list");
            }
        }

        private void pubsub() throws XMLStreamException, IOException {
            eachChild(() -> either(isPubsub("items"), this::items));
        }

        private void items() throws XMLStreamException, IOException {
            itemsSeen = true;
            eachChild(() -> either(isPubsub("item"), this::item));
        }

        private void item() throws XMLStreamException, IOException {
            findings.entry();
            long line = skipped + xml.getLocation().getLineNumber();
            String id = xml.getAttributeValue(null, "id");
            Report report = new Report();
            eachChild(() -> either(isReporting("report"), () -> report(report)));
            text.entryEnds();
            entry(line, id, report);
        }

        private void entry(long line, @Nullable String id, Report report) {
            long before = findings.faultCount();
            if (id == null) {
                findings.fault(line, "the item has no id");
                return;
            }
            Target target = findings.target(line, target(id.strip()));
            String reason = report.text == null ? null : findings.words(line, "text", onOneLine(report.text));
            String note = report.kind == null ? null : findings.words(line, "kind of report", report.kind);
            if (target != null && findings.faultCount() == before) {
                findings.add(line, new BlockLine(target, reason, note, null, null));
            }
        }

        /** How a target is written that an item names: some lists publish plain domains and addresses. */
        private static String target(String id) {
            try {
                boolean plain = id.indexOf('.') > 0 && id.indexOf('*') < 0 && Jid.parse(id).isBare();
                return plain ? id : DIGEST + id;
            } catch (InvalidJidException _) {
                return DIGEST + id;
            }
        }

        private void report(Report report) throws XMLStreamException, IOException {
            report.kind = xml.getAttributeValue(null, "reason");
            eachChild(() -> either(isReporting("text") && report.text == null, () -> report.text = text()));
        }

        private void eachChild(Part child) throws XMLStreamException, IOException {
            for (int event = step(); event != XMLStreamConstants.END_ELEMENT; event = step()) {
                if (event == XMLStreamConstants.START_ELEMENT) {
                    child.read();
                }
            }
        }

        /** Reads an element if it is the one that is looked for, or reads over it. */
        private void either(boolean wanted, Part part) throws XMLStreamException, IOException {
            if (wanted) {
                part.read();
            } else {
                eachChild(() -> either(false, part));
            }
        }

        private String text() throws XMLStreamException, IOException {
            StringBuilder characters = new StringBuilder();
            for (int event = step(); event != XMLStreamConstants.END_ELEMENT; event = step()) {
                if (event == XMLStreamConstants.START_ELEMENT) {
                    eachChild(() -> either(false, () -> {}));
                } else if (xml.hasText() && event != XMLStreamConstants.COMMENT) {
                    characters.append(xml.getText());
                }
            }
            return characters.toString();
        }

        private int step() throws XMLStreamException, IOException {
            int event = xml.next();
            if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw new UnfitListException("it has a document type or an entity, which no block list has, line "
                        + (skipped + xml.getLocation().getLineNumber()));
            }
            return event;
        }

        /** People who copy from a client's console lose the namespace, so none at all is taken for the right one. */
        private boolean isPubsub(String name) {
            String namespace = xml.getNamespaceURI();
            return xml.getLocalName().equals(name)
                    && (namespace == null || namespace.isEmpty() || namespace.equals(Rtbl.PUBSUB));
        }

        private boolean isReporting(String name) {
            return xml.getLocalName().equals(name) && Rtbl.REPORTING.equals(xml.getNamespaceURI());
        }

        /** XML that was made pretty breaks lines where nobody wrote a line break. */
        private static String onOneLine(String text) {
            if (text.chars().noneMatch(c -> c == '\n' || c == '\r' || c == '\t')) {
                return text;
            }
            return text.replace('\t', ' ')
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .collect(Collectors.joining(" "));
        }
    }
}
