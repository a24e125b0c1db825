package im.gatehouse.xml;

/**
 * What a peer sent is not the XML that this server reads. Its stream ends with the condition (RFC 6120 section 4.9.3).
 *
 * <p>It has no stack trace: it tells of the peer's bytes and not of this program, and a peer can cause many.
 */
public final class XmlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Condition condition;

    public XmlException(Condition condition, String message) {
        super(message, null, false, false);
        this.condition = condition;
    }

    /** The stream error to end the stream with. */
    public Condition condition() {
        return condition;
    }

    /** The stream errors that reading may end in. */
    public enum Condition {
        /** Something that XML or its namespaces do not allow, or bytes that are not UTF-8. */
        NOT_WELL_FORMED("not-well-formed"),
        /** A comment, a processing instruction, a document type or an entity other than the five (section 11.1). */
        RESTRICTED_XML("restricted-xml"),
        /** An XML declaration that names another encoding than UTF-8. */
        UNSUPPORTED_ENCODING("unsupported-encoding"),
        /** Text where only elements may stand: directly inside the stream. */
        BAD_FORMAT("bad-format"),
        /** A prefix that is not the expected one, such as on a stream's header. */
        BAD_NAMESPACE_PREFIX("bad-namespace-prefix"),
        /** More bytes, elements, attributes or nesting than allowed. */
        STANZA_TOO_BIG("policy-violation");

        private final String xmlName;

        Condition(String xmlName) {
            this.xmlName = xmlName;
        }

        /** The name of the condition's element in {@link Namespaces#STREAM_ERRORS}. */
        public String xmlName() {
            return xmlName;
        }

        /** The name of the element in {@code urn:xmpp:errors} that says more (XEP-0205); empty where nothing does. */
        public String applicationName() {
            return this == STANZA_TOO_BIG ? "stanza-too-big" : "";
        }
    }
}
