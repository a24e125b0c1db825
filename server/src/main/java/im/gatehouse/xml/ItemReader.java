package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one thing after another that stands at the outermost level of what a peer sends: a declaration, a stream's
 * header, a stanza, the end of the stream. {@link XmlReader} has one only while there is something to read.
 */
final class ItemReader {
    /** What has just been read to its end. */
    enum Item {
        NONE,
        DECLARATION,
        HEADER,
        /** A header that is an empty element, so that the stream ends at once. */
        EMPTY_STREAM,
        ELEMENT,
        END
    }

    private enum State {
        BEGIN,
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
        END_TAG
    }

    private static final Element NO_ELEMENT = Element.of("none", "");
    private static final Reference NO_REFERENCE = new Reference();
    private static final byte[] NO_BYTES = {};
    private static final String CDATA_START = "[CDATA[";
    private static final String DECLARATION_TARGET = "xml";

    private final boolean inStream;
    private final TreeBuilder tree;
    private XmlReader.Limits limits;
    private State state = State.BEGIN;
    private Item item = Item.NONE;

    /** The header or stanza that has been read last. */
    private Element element = NO_ELEMENT;

    /** How many bytes of the present item have been read. */
    private int bytesRead;

    /** Where in the fed bytes the present token goes on; what came before of it is in the scratch. */
    private int tokenStart;

    private byte[] scratch = NO_BYTES;
    private int scratchLength;
    private boolean ascii = true;

    // A character of several bytes: what is known of it, what it must not be below, and how many bytes are to come.
    private int character;
    private int characterMinimum;
    private int characterBytes;

    private Reference reference = NO_REFERENCE;
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
    private XmlReader.Place around = XmlReader.Place.START;
    /** How many closing brackets came directly before. */
    private int brackets;
    /** How many characters of a fixed text have come. */
    private int matched;

    /**
     * A reader for what stands in a stream, or for a document in a frame.
     *
     * @param inStream whether the root is the header of a stream
     * @param scope what the header of the stream has declared; null before it has come
     */
    ItemReader(boolean inStream, TreeBuilder.@Nullable Scope scope, XmlReader.Limits limits) {
        this.inStream = inStream;
        this.tree = new TreeBuilder(scope);
        this.limits = limits;
    }

    /** The next item begins with the next byte. */
    void begin(XmlReader.Place place) {
        around = place;
        state = State.BEGIN;
        item = Item.NONE;
        bytesRead = 0;
        tree.countAnew();
    }

    /** What has been read to its end; {@link Item#NONE} while something is still missing. */
    Item item() {
        return item;
    }

    /** The header or stanza that was read last. */
    Element element() {
        return element;
    }

    /** The default namespace inside the header that was read. */
    String defaultNamespace() {
        return tree.defaultNamespace();
    }

    /** What the header that was read has declared. */
    TreeBuilder.@Nullable Scope scope() {
        return tree.scope();
    }

    /**
     * Reads until an item is complete, or no more bytes are there.
     *
     * @return where what follows begins
     */
    int read(byte[] b, int from, int end, XmlReader.Limits limits) throws XmlException {
        this.limits = limits;
        int budget = Math.max(0, limits.maxStanzaBytes() - bytesRead);
        int stop = end - from <= budget ? end : from + budget;
        int at = from;
        tokenStart = from;
        while (at < stop && item == Item.NONE) {
            at = step(b, at, stop);
        }
        bytesRead += at - from;
        if (item == Item.NONE) {
            if (at < end) {
                throw new XmlException(
                        Condition.STANZA_TOO_BIG, "more than " + limits.maxStanzaBytes() + " bytes at a time");
            }
            keepToken(b, at);
        }
        return at;
    }

    private void keepToken(byte[] b, int at) {
        switch (state) {
            case TAG_NAME, ATTRIBUTE_NAME, VALUE, TEXT, CDATA, END_TAG_NAME, DECLARATION -> keep(b, at);
            default -> {}
        }
    }

    private int step(byte[] b, int at, int end) throws XmlException {
        return switch (state) {
            case BEGIN -> begin(b[at], at);
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
            case REFERENCE -> reference(b[at], at);
            case END_TAG_NAME -> endTagName(b, at, end);
            case END_TAG -> endTag(b[at], at);
        };
    }

    private int begin(byte c, int at) throws XmlException {
        if (c == '<') {
            beginToken(at);
            state = State.MARKUP;
            return at + 1;
        }
        if (around != XmlReader.Place.BETWEEN_STANZAS) {
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
            if (around != XmlReader.Place.START) {
                throw restricted("a processing instruction");
            }
            matched = 0;
            state = State.DECLARATION_TARGET;
            return at + 1;
        }
        if (around == XmlReader.Place.EPILOG) {
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
        if (matched == DECLARATION_TARGET.length() && XmlCharacters.isSpace(c)) {
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
        XmlDeclaration.check(token(b, at));
        item = Item.DECLARATION;
        return at + 1;
    }

    // Start tags

    private int tagName(byte[] b, int from, int end) throws XmlException {
        int at = name(b, from, end);
        if (at < end) {
            String tagName = finishName(b, at);
            tree.startTag(tagName, inStream ? tree.depth() : tree.depth() + 1, limits);
            spaced = false;
            state = State.TAG;
        }
        return at;
    }

    private int tag(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (XmlCharacters.isSpace(b[at])) {
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
        if (tree.depth() == 0 && inStream) {
            element = tree.openStream();
            item = Item.HEADER;
        } else {
            tree.open();
            state = State.TEXT;
        }
    }

    private int emptyTag(byte c, int at) throws XmlException {
        if (c != '>') {
            throw notWellFormed("a slash inside a tag");
        }
        if (tree.depth() == 0 && inStream) {
            element = tree.openStream();
            item = Item.EMPTY_STREAM;
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
        } else if (!XmlCharacters.isSpace(c)) {
            throw notWellFormed("an attribute without value");
        }
        return at + 1;
    }

    private int quote(byte c, int at) throws XmlException {
        if (c == '\'' || c == '"') {
            quote = c;
            state = State.VALUE;
            beginToken(at + 1);
        } else if (!XmlCharacters.isSpace(c)) {
            throw notWellFormed("an attribute's value without quotes");
        }
        return at + 1;
    }

    private int value(byte[] b, int from, int end) throws XmlException {
        int at = characterBytes > 0 ? restOfCharacter(b, from, end) : from;
        while (at < end) {
            byte c = b[at];
            if (XmlCharacters.is(XmlCharacters.PLAIN_VALUE, c)) {
                at++;
            } else if (c == quote) {
                tree.attribute(attributeName, nameHasColon, finishValue(b, at), limits);
                spaced = false;
                state = State.TAG;
                return at + 1;
            } else if (c < 0) {
                at = character(b, at, end);
            } else if (c == '"' || c == '\'') {
                at++;
            } else if (c == '&') {
                return beginReference(b, at);
            } else if (XmlCharacters.isSpace(c)) {
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
            if (XmlCharacters.is(XmlCharacters.PLAIN_TEXT, c)) {
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
        around = XmlReader.Place.INSIDE;
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
            if (tree.depth() == 1 && inStream) {
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
            if (XmlCharacters.is(XmlCharacters.PLAIN_CDATA, c)) {
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
        reference = new Reference();
        afterReference = state;
        state = State.REFERENCE;
        return at + 1;
    }

    private int reference(byte c, int at) throws XmlException {
        if (c == ';') {
            keepCharacter(reference.character());
            tokenStart = at + 1;
            state = afterReference;
        } else {
            reference.add(c);
        }
        return at + 1;
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
        } else if (!XmlCharacters.isSpace(c)) {
            throw notWellFormed("an end tag with more than a name");
        }
        return at + 1;
    }

    private void elementEnded(Element ended) {
        int depth = tree.depth();
        if (depth == 0 && inStream) {
            item = Item.END;
        } else if (depth == (inStream ? 1 : 0)) {
            element = ended;
            item = Item.ELEMENT;
        } else {
            state = State.TEXT;
            tree.add(ended);
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
        if (!XmlCharacters.is(XmlCharacters.NAME_START, c)) {
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
            if (XmlCharacters.is(XmlCharacters.NAME_PART, c)) {
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

    private static XmlException notWellFormed(String message) {
        return new XmlException(Condition.NOT_WELL_FORMED, message);
    }

    private static XmlException restricted(String message) {
        return new XmlException(Condition.RESTRICTED_XML, message);
    }
}
