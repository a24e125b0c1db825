package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what peers send: turns the bytes of a stream, in whatever pieces they arrive, into its header and its stanzas.
 *
 * <p>It reads the restricted XML of RFC 6120 section 11 in strict UTF-8, with the namespaces of XML 1.0. What it reports
 * never depends on how the bytes are cut. Limits hold while bytes arrive, and the work is linear in their number.
 * Between stanzas it keeps a few hundred bytes.
 *
 * <p>Not for use by several threads at once.
 */
public final class XmlReader {
    /**
     * How much a peer may send.
     *
     * @param maxStanzaBytes bytes of a stanza, of a stream's header, or of a framed document
     * @param maxDepth how deep elements may be nested, where a stanza itself or the root of a framed document counts 1
     * @param maxAttributes attributes and namespace declarations of one element, and prefixes in scope at any place
     * @param maxElements elements of a stanza, itself among them; 0 for as many as fit
     */
    public record Limits(int maxStanzaBytes, int maxDepth, int maxAttributes, int maxElements) {
        /** What a peer may send that has not signed in: 8 KiB and 32 elements at a time. */
        public static final Limits BEFORE_SIGN_IN = new Limits(8 * 1024, 8, 128, 32);

        /** What a peer may send that has signed in: 256 KiB at a time. */
        public static final Limits AFTER_SIGN_IN = new Limits(256 * 1024, 64, 128, 0);

        public Limits {
            if (maxStanzaBytes < 1 || maxDepth < 1 || maxAttributes < 1 || maxElements < 0) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }
    }

    /** Is told what a stream contains, on the thread that feeds the reader. */
    public interface Handler {
        /**
         * A stream has begun.
         *
         * @param header the root element, without content
         * @param defaultNamespace the default namespace of what stands in the stream, empty for none
         */
        void streamOpened(Element header, String defaultNamespace);

        /** A complete element has arrived that stands directly inside the root. */
        void element(Element child);

        /** The root's end tag has arrived. Only whitespace may follow, unless the reader is reset. */
        void streamClosed();
    }

    private enum State {
        // At rest: nothing has begun.
        START,
        PROLOG,
        BETWEEN_STANZAS,
        EPILOG,
        // In the midst of something.
        STRAY_TEXT,
        MARKUP,
        DECLARATION_TARGET,
        DECLARATION,
        TAG_NAME,
        TAG,
        EMPTY_TAG,
        ATTRIBUTE_NAME,
        EQUALS_SIGN,
        QUOTE,
        VALUE,
        TEXT,
        CDATA_START,
        CDATA,
        REFERENCE,
        END_TAG_NAME,
        END_TAG;

        boolean atRest() {
            return compareTo(EPILOG) <= 0;
        }
    }

    private static final byte[] NO_BYTES = {};
    private static final String CDATA_START = "[CDATA[";
    private static final String DECLARATION_TARGET = "xml";
    private static final Pattern DECLARATION = Pattern.compile("""
            \\s++version\\s*+=\\s*+(?:'1\\.0'|"1\\.0")\
            (?:\\s++encoding\\s*+=\\s*+(?:'([A-Za-z][A-Za-z0-9._-]*+)'|"([A-Za-z][A-Za-z0-9._-]*+)"))?\
            (?:\\s++standalone\\s*+=\\s*+(?:'(?:yes|no)'|"(?:yes|no)"))?\
            \\s*+\\?""");

    // What an ASCII character may be; others have no entry.
    private static final int NAME_START = 1;
    private static final int NAME_PART = 2;
    private static final int PLAIN_TEXT = 4;
    private static final int PLAIN_VALUE = 8;
    private static final int PLAIN_CDATA = 16;
    private static final byte[] KINDS = kinds();

    private final @Nullable Handler handler;
    private final TreeBuilder tree = new TreeBuilder();
    private Limits limits;
    private State state = State.START;
    private boolean feeding;
    private boolean discarding;
    private boolean broken;
    private @Nullable XmlException failure;

    /** The only element of a framed document, which has no handler. */
    private @Nullable Element document;

    /** How many bytes of the present stanza have been read. */
    private int stanzaBytes;

    /** Where in the fed bytes the present token goes on; what came before of it is in the scratch. */
    private int tokenStart;

    private byte[] scratch = NO_BYTES;
    private int scratchLength;
    private boolean ascii = true;

    // A character of several bytes: what is known of it, what it must not be below, and how many bytes are to come.
    private int character;
    private int characterMinimum;
    private int characterBytes;

    // A reference: how many characters of it have come, what they say, and whether it stands in text or in a value.
    private int referenceLength;
    private long reference;
    private int radix;
    private State afterReference = State.TEXT;

    private String attributeName = "";
    private byte quote;
    /** Whether the character before was a carriage return, so that a line feed is part of the same line end. */
    private boolean lineEnded;
    /** Whether there was whitespace, so that an attribute may follow. */
    private boolean spaced;
    /** Whether the next character is a name's first. */
    private boolean nameBegins;

    private boolean nameHasColon;
    /** What the present markup stands in: a declaration may only be at the start, an element not after the root. */
    private State around = State.START;
    /** How many closing brackets came directly before. */
    private int brackets;
    /** How many characters of a fixed text have come. */
    private int matched;

    /** A reader at the start of a stream. */
    public XmlReader(Limits limits, Handler handler) {
        this.limits = limits;
        this.handler = handler;
    }

    private XmlReader(Limits limits) {
        this.limits = limits;
        this.handler = null;
    }

    /**
     * Reads bytes that are exactly one document, as they stand in a WebSocket frame (RFC 7395) or a BOSH body.
     *
     * @return the root element with all its content
     * @throws XmlException when they are not, or are more than the limits allow
     */
    public static Element parse(byte[] bytes, Limits limits) throws XmlException {
        return parse(bytes, 0, bytes.length, limits);
    }

    /** Reads some bytes of an array; see {@link #parse(byte[], Limits)}. */
    public static Element parse(byte[] bytes, int offset, int length, Limits limits) throws XmlException {
        XmlReader reader = new XmlReader(limits);
        reader.feed(bytes, offset, length);
        if (reader.document == null || reader.state != State.EPILOG) {
            throw notWellFormed("the document is not complete");
        }
        return reader.document;
    }

    /**
     * Reads the next bytes, and calls the handler for all that is complete with them.
     *
     * @throws XmlException when the stream must end with a stream error; every later call throws the same
     * @throws IllegalStateException when called by the handler
     */
    public void feed(byte[] bytes, int offset, int length) throws XmlException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (feeding) {
            throw new IllegalStateException("the handler must not feed its reader");
        }
        if (broken) {
            throw failure == null ? new XmlException(Condition.BAD_FORMAT, "the handler failed") : failure;
        }
        feeding = true;
        discarding = false;
        // Stands unless all goes well: a handler that threw has missed something, and nothing may follow that.
        broken = true;
        try {
            read(bytes, offset, offset + length);
            broken = false;
        } catch (XmlException e) {
            failure = e;
            throw e;
        } finally {
            feeding = false;
            if (broken) {
                tree.clear();
            }
            if (broken || state.atRest()) {
                release();
            }
        }
    }

    /** Reads some more; see {@link #feed(byte[], int, int)}. */
    public void feed(byte[] bytes) throws XmlException {
        feed(bytes, 0, bytes.length);
    }

    /** What the peer may send from now on. */
    public void limits(Limits limits) {
        this.limits = limits;
    }

    /**
     * Forgets the stream, so that a new one may begin, as after authentication. When the handler calls it, the new stream
     * begins with the byte after what the handler was told of.
     */
    public void reset() {
        tree.clear();
        state = State.START;
        stanzaBytes = 0;
        release();
    }

    /**
     * To be called by the handler: nothing more is read of the bytes that were fed. What a peer has sent together with
     * the request for TLS must not be taken for something that came over TLS.
     */
    public void discardRest() {
        discarding = true;
    }

    private void release() {
        tree.release();
        scratch = NO_BYTES;
        scratchLength = 0;
        attributeName = "";
    }

    private void read(byte[] b, int from, int end) throws XmlException {
        int at = from;
        tokenStart = from;
        while (at < end && !discarding) {
            if (state.atRest()) {
                at = atRest(b, at, end);
                continue;
            }
            int budget = limits.maxStanzaBytes() - stanzaBytes;
            if (budget <= 0) {
                throw new XmlException(
                        Condition.STANZA_TOO_BIG, "more than " + limits.maxStanzaBytes() + " bytes at a time");
            }
            int next = step(b, at, end - at <= budget ? end : at + budget);
            stanzaBytes += next - at;
            at = next;
        }
        switch (state) {
            case TAG_NAME, ATTRIBUTE_NAME, VALUE, TEXT, CDATA, END_TAG_NAME, DECLARATION -> keep(b, at);
            default -> {}
        }
    }

    private int step(byte[] b, int at, int end) throws XmlException {
        return switch (state) {
            case START, PROLOG, BETWEEN_STANZAS, EPILOG -> atRest(b, at, end);
            case STRAY_TEXT -> strayText(b, at, end);
            case MARKUP -> markup(b, at, end);
            case DECLARATION_TARGET -> declarationTarget(b[at], at);
            case DECLARATION -> declaration(b, at, end);
            case TAG_NAME -> tagName(b, at, end);
            case TAG -> tag(b, at, end);
            case EMPTY_TAG -> emptyTag(b[at], at);
            case ATTRIBUTE_NAME -> attributeName(b, at, end);
            case EQUALS_SIGN -> equalsSign(b[at], at);
            case QUOTE -> quote(b[at], at);
            case VALUE -> value(b, at, end);
            case TEXT -> text(b, at, end);
            case CDATA_START -> cdataStart(b[at], at);
            case CDATA -> cdata(b, at, end);
            case REFERENCE -> reference(b, at, end);
            case END_TAG_NAME -> endTagName(b, at, end);
            case END_TAG -> endTag(b[at], at);
        };
    }

    // Between things

    private int atRest(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (at < end && isSpace(b[at])) {
            at++;
        }
        if (at > from && state == State.START && handler == null) {
            // A stream's declaration may have whitespace before it: the keep-alive of the stream that it restarts.
            state = State.PROLOG;
        }
        if (at == end) {
            return at;
        }
        stanzaBytes = 1;
        tree.countAnew();
        if (b[at] == '<') {
            around = state;
            beginToken(at);
            state = State.MARKUP;
            return at + 1;
        }
        if (state != State.BETWEEN_STANZAS) {
            throw notWellFormed("text outside the root element");
        }
        state = State.STRAY_TEXT;
        return at;
    }

    /** Text inside the stream but outside stanzas is no fault of the XML, unless its bytes are not even characters. */
    private int strayText(byte[] b, int at, int end) throws XmlException {
        int next = at;
        if (characterBytes > 0) {
            next = restOfCharacter(b, at, end);
        } else if (b[at] < 0) {
            next = character(b, at, end);
        } else if (!XmlCharacters.isCharacter(b[at])) {
            throw notWellFormed("a character that XML does not allow");
        }
        if (characterBytes == 0) {
            throw new XmlException(Condition.BAD_FORMAT, "text between stanzas");
        }
        return next;
    }

    private int markup(byte[] b, int at, int end) throws XmlException {
        byte c = b[at];
        if (c == '!') {
            if (tree.depth() == 0) {
                throw restricted("a comment or document type");
            }
            matched = 0;
            state = State.CDATA_START;
            return at + 1;
        }
        if (c == '?') {
            if (around != State.START) {
                throw restricted("a processing instruction");
            }
            matched = 0;
            state = State.DECLARATION_TARGET;
            return at + 1;
        }
        if (around == State.EPILOG) {
            throw notWellFormed("more than one root element");
        }
        if (scratchLength > 0) {
            finishText(b, tokenStart);
        }
        if (c != '/') {
            state = State.TAG_NAME;
            return tagName(b, beginName(c, at), end);
        }
        if (tree.depth() == 0) {
            throw notWellFormed("an end tag without a start tag");
        }
        int next = tree.endOfEndTag(b, at + 1, end);
        if (next > 0) {
            elementEnded(tree.close());
            beginToken(next);
            return next;
        }
        state = State.END_TAG_NAME;
        nameBegins = true;
        nameHasColon = false;
        beginToken(at + 1);
        return at + 1;
    }

    // The XML declaration

    private int declarationTarget(byte c, int at) throws XmlException {
        if (matched == DECLARATION_TARGET.length() && isSpace(c)) {
            state = State.DECLARATION;
            beginToken(at);
        } else if (matched == DECLARATION_TARGET.length() || c != DECLARATION_TARGET.charAt(matched++)) {
            throw restricted("a processing instruction");
        }
        return at + 1;
    }

    private int declaration(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (at < end && b[at] != '>') {
            if (b[at] < '\t' || b[at] == '<') {
                throw notWellFormed("the XML declaration");
            }
            at++;
        }
        if (at == end) {
            return at;
        }
        Matcher declaration = DECLARATION.matcher(token(b, at));
        if (!declaration.matches()) {
            throw notWellFormed("the XML declaration");
        }
        String encoding = declaration.group(1) == null ? declaration.group(2) : declaration.group(1);
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
            throw new XmlException(Condition.UNSUPPORTED_ENCODING, "another encoding than UTF-8");
        }
        state = State.PROLOG;
        return at + 1;
    }

    // Start tags

    private int tagName(byte[] b, int from, int end) throws XmlException {
        int at = name(b, from, end);
        if (at < end) {
            String tagName = finishName(b, at);
            tree.startTag(tagName, handler == null ? tree.depth() + 1 : tree.depth(), limits);
            spaced = false;
            state = State.TAG;
        }
        return at;
    }

    private int tag(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (isSpace(b[at])) {
            spaced = true;
            if (++at == end) {
                return at;
            }
        }
        byte c = b[at];
        if (c == '>') {
            startTagEnded();
            beginToken(at + 1);
            return at + 1;
        }
        if (c == '/') {
            state = State.EMPTY_TAG;
            return at + 1;
        }
        if (!spaced) {
            throw notWellFormed("no space before an attribute");
        }
        tree.attributeBegins(limits);
        state = State.ATTRIBUTE_NAME;
        return attributeName(b, beginName(c, at), end);
    }

    private void startTagEnded() throws XmlException {
        if (tree.depth() == 0 && handler != null) {
            Element header = tree.openStream();
            state = State.BETWEEN_STANZAS;
            handler.streamOpened(header, tree.defaultNamespace());
        } else {
            tree.open();
            state = State.TEXT;
        }
    }

    private int emptyTag(byte c, int at) throws XmlException {
        if (c != '>') {
            throw notWellFormed("a slash inside a tag");
        }
        if (tree.depth() == 0 && handler != null) {
            startTagEnded();
            // The handler may have reset the reader; then the new stream is not the one that ends here.
            if (state == State.BETWEEN_STANZAS) {
                elementEnded(tree.close());
            }
        } else {
            elementEnded(tree.openAndClose());
        }
        beginToken(at + 1);
        return at + 1;
    }

    private int attributeName(byte[] b, int from, int end) throws XmlException {
        int at = name(b, from, end);
        if (at == end) {
            return at;
        }
        attributeName = finishName(b, at);
        if (b[at] == '=' && end - at > 1 && (b[at + 1] == '\'' || b[at + 1] == '"')) {
            return value(b, quote(b[at + 1], at + 1), end);
        }
        state = State.EQUALS_SIGN;
        return at;
    }

    private int equalsSign(byte c, int at) throws XmlException {
        if (c == '=') {
            state = State.QUOTE;
        } else if (!isSpace(c)) {
            throw notWellFormed("an attribute without value");
        }
        return at + 1;
    }

    private int quote(byte c, int at) throws XmlException {
        if (c == '\'' || c == '"') {
            quote = c;
            state = State.VALUE;
            beginToken(at + 1);
        } else if (!isSpace(c)) {
            throw notWellFormed("an attribute's value without quotes");
        }
        return at + 1;
    }

    private int value(byte[] b, int from, int end) throws XmlException {
        int at = characterBytes > 0 ? restOfCharacter(b, from, end) : from;
        while (at < end) {
            byte c = b[at];
            if ((KINDS[c & 0xFF] & PLAIN_VALUE) != 0) {
                at++;
            } else if (c == quote) {
                tree.attribute(attributeName, finishValue(b, at), limits);
                spaced = false;
                state = State.TAG;
                return at + 1;
            } else if (c < 0) {
                at = character(b, at, end);
            } else if (c == '"' || c == '\'') {
                at++;
            } else if (c == '&') {
                return beginReference(b, at);
            } else if (isSpace(c)) {
                lineEnd(b, at++, c, ' ');
            } else {
                throw notWellFormed("a character that an attribute must not contain");
            }
        }
        return at;
    }

    private String finishValue(byte[] b, int at) {
        if (scratchLength == 0) {
            String known = KnownNames.find(b, tokenStart, at - tokenStart);
            if (known != null) {
                return known;
            }
        }
        return token(b, at);
    }

    // Text

    private int text(byte[] b, int from, int end) throws XmlException {
        int at = characterBytes > 0 ? restOfCharacter(b, from, end) : from;
        if (brackets > 0) {
            at = textBrackets(b, at, end);
        }
        while (at < end) {
            byte c = b[at];
            if ((KINDS[c & 0xFF] & PLAIN_TEXT) != 0) {
                at++;
            } else if (c == '<') {
                return afterText(b, at, end);
            } else if (c < 0) {
                at = character(b, at, end);
            } else if (c == '&') {
                return beginReference(b, at);
            } else if (c == ']') {
                at = textBrackets(b, at, end);
            } else if (c == '\n' || c == '\r') {
                lineEnd(b, at++, c, '\n');
            } else {
                throw notWellFormed("a character that XML does not allow");
            }
        }
        return at;
    }

    /** Here text ends, unless it goes on in a CDATA section, which only the next byte shows. */
    private int afterText(byte[] b, int at, int end) {
        if (end - at > 1 && b[at + 1] != '!') {
            finishText(b, at);
        } else {
            keep(b, at);
        }
        tokenStart = at + 1;
        around = State.TEXT;
        state = State.MARKUP;
        return at + 1;
    }

    private void finishText(byte[] b, int at) {
        if (scratchLength > 0 || at > tokenStart) {
            tree.add(new Text(token(b, at)));
        }
        tokenStart = at;
    }

    private int textBrackets(byte[] b, int from, int end) throws XmlException {
        int at = countBrackets(b, from, end);
        if (at < end) {
            if (b[at] == '>' && brackets >= 2) {
                throw notWellFormed("the end of a CDATA section in text");
            }
            brackets = 0;
        }
        return at;
    }

    private int countBrackets(byte[] b, int from, int end) {
        int at = from;
        while (at < end && b[at] == ']') {
            at++;
            brackets++;
        }
        return at;
    }

    private int cdataStart(byte c, int at) throws XmlException {
        if (c != CDATA_START.charAt(matched++)) {
            throw restricted("a comment or document type");
        }
        if (matched == CDATA_START.length()) {
            if (tree.depth() == 1 && handler != null) {
                throw new XmlException(Condition.BAD_FORMAT, "text between stanzas");
            }
            state = State.CDATA;
            tokenStart = at + 1;
            lineEnded = false;
        }
        return at + 1;
    }

    private int cdata(byte[] b, int from, int end) throws XmlException {
        int at = characterBytes > 0 ? restOfCharacter(b, from, end) : from;
        while (at < end) {
            byte c = b[at];
            if (c == ']') {
                at = countBrackets(b, at, end);
                continue;
            }
            if (c == '>' && brackets >= 2) {
                return cdataEnded(b, at);
            }
            brackets = 0;
            if ((KINDS[c & 0xFF] & PLAIN_CDATA) != 0) {
                at++;
            } else if (c < 0) {
                at = character(b, at, end);
            } else if (c == '\n' || c == '\r') {
                lineEnd(b, at++, c, '\n');
            } else {
                throw notWellFormed("a character that XML does not allow");
            }
        }
        return at;
    }

    private int cdataEnded(byte[] b, int at) {
        keep(b, at);
        scratchLength -= 2;
        brackets = 0;
        lineEnded = false;
        tokenStart = at + 1;
        state = State.TEXT;
        return at + 1;
    }

    /** XML wants every line end to be one line feed in text, and all whitespace in values to be spaces. */
    private void lineEnd(byte[] b, int at, byte c, char normalised) {
        if (c == '\n' && normalised == '\n' && !lineEnded) {
            return;
        }
        keep(b, at);
        if (c != '\n' || !lineEnded) {
            keep((byte) normalised);
        }
        lineEnded = c == '\r';
        tokenStart = at + 1;
    }

    // References

    private int beginReference(byte[] b, int at) {
        keep(b, at);
        lineEnded = false;
        reference = 0;
        referenceLength = 0;
        radix = 0;
        afterReference = state;
        state = State.REFERENCE;
        return at + 1;
    }

    private int reference(byte[] b, int from, int end) throws XmlException {
        for (int at = from; at < end; at++) {
            byte c = b[at];
            if (c == ';') {
                keepCharacter(radix == 0 ? namedCharacter() : numberedCharacter());
                tokenStart = at + 1;
                state = afterReference;
                return at + 1;
            }
            if (radix == 0) {
                entityCharacter(c);
            } else {
                referenceDigit(c);
            }
        }
        return end;
    }

    private void entityCharacter(byte c) throws XmlException {
        if (c == '#' && referenceLength == 0) {
            radix = 10;
            return;
        }
        if (c < 0) {
            throw restricted("an entity");
        }
        if ((KINDS[c] & (referenceLength == 0 ? NAME_START : NAME_PART)) == 0) {
            throw notWellFormed("an ampersand that begins no reference");
        }
        // More than eight characters push the first ones out, but what is left is then longer than any known name.
        reference = reference << Byte.SIZE | c;
        referenceLength++;
    }

    private void referenceDigit(byte c) throws XmlException {
        if (c == 'x' && radix == 10 && referenceLength == 0) {
            radix = 16;
            return;
        }
        int digit = Character.digit(c, radix);
        if (digit < 0) {
            throw notWellFormed("a character reference that is no number");
        }
        reference = Math.min(reference * radix + digit, Character.MAX_CODE_POINT + 1);
        referenceLength++;
    }

    private int namedCharacter() throws XmlException {
        if (referenceLength == 0) {
            throw notWellFormed("an ampersand that begins no reference");
        }
        if (reference == ('l' << 8 | 't')) {
            return '<';
        }
        if (reference == ('g' << 8 | 't')) {
            return '>';
        }
        if (reference == ('a' << 16 | 'm' << 8 | 'p')) {
            return '&';
        }
        if (reference == ('q' << 24 | 'u' << 16 | 'o' << 8 | 't')) {
            return '"';
        }
        if (reference == ('a' << 24 | 'p' << 16 | 'o' << 8 | 's')) {
            return '\'';
        }
        throw restricted("an entity");
    }

    private int numberedCharacter() throws XmlException {
        if (referenceLength == 0 || !XmlCharacters.isCharacter((int) reference)) {
            throw notWellFormed("a reference to a character that XML does not allow");
        }
        return (int) reference;
    }

    // End tags

    private int endTagName(byte[] b, int from, int end) throws XmlException {
        int at = name(b, from, end);
        if (at < end) {
            tree.checkEndTag(finishName(b, at));
            state = State.END_TAG;
        }
        return at;
    }

    private int endTag(byte c, int at) throws XmlException {
        if (c == '>') {
            elementEnded(tree.close());
            beginToken(at + 1);
        } else if (!isSpace(c)) {
            throw notWellFormed("an end tag with more than a name");
        }
        return at + 1;
    }

    private void elementEnded(Element element) {
        int depth = tree.depth();
        if (depth == 0) {
            state = State.EPILOG;
            if (handler == null) {
                document = element;
            } else {
                handler.streamClosed();
            }
        } else if (depth == 1 && handler != null) {
            state = State.BETWEEN_STANZAS;
            handler.element(element);
        } else {
            state = State.TEXT;
            tree.add(element);
        }
    }

    // Names

    private int beginName(byte c, int at) throws XmlException {
        beginToken(at);
        nameHasColon = false;
        nameBegins = c < 0;
        if (nameBegins) {
            return at;
        }
        if ((KINDS[c] & NAME_START) == 0) {
            throw notWellFormed("a character that no name begins with");
        }
        return at + 1;
    }

    private int name(byte[] b, int from, int end) throws XmlException {
        int at = from;
        if (characterBytes > 0) {
            at = restOfCharacter(b, at, end);
            checkNameCharacter();
        }
        while (at < end) {
            byte c = b[at];
            if ((KINDS[c & 0xFF] & NAME_PART) != 0) {
                at++;
            } else if (c == ':') {
                nameHasColon = true;
                at++;
            } else if (c < 0) {
                at = character(b, at, end);
                checkNameCharacter();
            } else {
                break;
            }
        }
        return at;
    }

    private void checkNameCharacter() throws XmlException {
        if (characterBytes > 0) {
            return;
        }
        if (!(nameBegins ? XmlCharacters.isNameStart(character) : XmlCharacters.isNamePart(character))) {
            throw notWellFormed("a character that does not belong in a name");
        }
        nameBegins = false;
    }

    private String finishName(byte[] b, int at) throws XmlException {
        String name = finishValue(b, at);
        if (nameHasColon) {
            int colon = name.indexOf(':');
            if (colon == 0
                    || colon == name.length() - 1
                    || name.indexOf(':', colon + 1) > 0
                    || !XmlCharacters.isNameStart(name.codePointAt(colon + 1))) {
                throw notWellFormed("a name with a colon that does not part prefix and name");
            }
        }
        return name;
    }

    // Characters and bytes

    private int character(byte[] b, int at, int end) throws XmlException {
        int lead = b[at] & 0xFF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            character = lead & 0x1F;
            characterMinimum = 0x80;
            characterBytes = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            character = lead & 0xF;
            characterMinimum = 0x800;
            characterBytes = 2;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            character = lead & 0x7;
            characterMinimum = 0x10000;
            characterBytes = 3;
        } else {
            throw notWellFormed("bytes that are not UTF-8");
        }
        ascii = false;
        return restOfCharacter(b, at + 1, end);
    }

    private int restOfCharacter(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (at < end && characterBytes > 0) {
            if ((b[at] & 0xC0) != 0x80) {
                throw notWellFormed("bytes that are not UTF-8");
            }
            character = character << 6 | b[at++] & 0x3F;
            characterBytes--;
        }
        if (characterBytes == 0 && (character < characterMinimum || !XmlCharacters.isCharacter(character))) {
            throw notWellFormed("a character that XML does not allow");
        }
        return at;
    }

    private void beginToken(int at) {
        tokenStart = at;
        ascii = true;
        lineEnded = false;
    }

    /** The whole token, of which the part in {@code b} ends before {@code at}. */
    private String token(byte[] b, int at) {
        Charset charset = ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        if (scratchLength == 0) {
            return new String(b, tokenStart, at - tokenStart, charset);
        }
        keep(b, at);
        String token = new String(scratch, 0, scratchLength, charset);
        scratchLength = 0;
        return token;
    }

    /** Moves what {@code b} has of the token before {@code at} to the scratch. */
    private void keep(byte[] b, int at) {
        int count = at - tokenStart;
        if (count > 0) {
            reserve(count);
            System.arraycopy(b, tokenStart, scratch, scratchLength, count);
            scratchLength += count;
            tokenStart = at;
            lineEnded = false;
        }
    }

    private void keep(byte c) {
        reserve(1);
        scratch[scratchLength++] = c;
    }

    private void keepCharacter(int c) {
        if (c < 0x80) {
            keep((byte) c);
            return;
        }
        ascii = false;
        for (byte part : XmlBuffer.utf8(Character.toString(c))) {
            keep(part);
        }
    }

    private void reserve(int count) {
        int needed = scratchLength + count;
        if (needed > scratch.length) {
            scratch = Arrays.copyOf(scratch, Math.max(Math.max(64, needed), scratch.length * 2));
        }
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 0x80; c++) {
            int kind = XmlCharacters.isNameStart(c) ? NAME_START : 0;
            kind |= XmlCharacters.isNamePart(c) ? NAME_PART : 0;
            if (XmlCharacters.isCharacter(c)) {
                kind |= "&<]\r\n".indexOf(c) < 0 ? PLAIN_TEXT : 0;
                kind |= "&<'\"\t\r\n".indexOf(c) < 0 ? PLAIN_VALUE : 0;
                kind |= "\r\n".indexOf(c) < 0 ? PLAIN_CDATA : 0;
            }
            kinds[c] = (byte) kind;
        }
        return kinds;
    }

    private static XmlException notWellFormed(String message) {
        return new XmlException(Condition.NOT_WELL_FORMED, message);
    }

    private static XmlException restricted(String message) {
        return new XmlException(Condition.RESTRICTED_XML, message);
    }
}
