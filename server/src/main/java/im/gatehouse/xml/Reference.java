package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;

/** A reference that is being read, such as {@code &amp;} or {@code &#x1F600;}: its bytes come one by one. */
final class Reference {
    private static final int NAMED = 0;

    /** {@link #NAMED}, 10 or 16. */
    private int radix = NAMED;

    private int length;

    /** The number, or the characters of the name, each in one byte. */
    private long value;

    /** One more byte between the ampersand and the semicolon. */
    void add(byte c) throws XmlException {
        if (radix == NAMED) {
            addToName(c);
        } else {
            addDigit(c);
        }
    }

    private void addToName(byte c) throws XmlException {
        if (c == '#' && length == 0) {
            radix = 10;
            return;
        }
        if (c < 0) {
            throw anEntity();
        }
        if (!(length == 0 ? XmlCharacters.isNameStart(c) : XmlCharacters.isNamePart(c))) {
            throw noReference();
        }
        // More than eight characters push the first ones out, but what is left is then longer than any known name.
        value = value << Byte.SIZE | c;
        length++;
    }

    private void addDigit(byte c) throws XmlException {
        if (c == 'x' && radix == 10 && length == 0) {
            radix = 16;
            return;
        }
        int digit = Character.digit(c, radix);
        if (digit < 0) {
            throw noReference();
        }
        value = Math.min(value * radix + digit, Character.MAX_CODE_POINT + 1);
        length++;
    }

    /** The character that the whole reference stands for. */
    int character() throws XmlException {
        if (length == 0) {
            throw noReference();
        }
        return radix == NAMED ? named() : numbered();
    }

    private int named() throws XmlException {
        if (value == ('l' << 8 | 't')) {
            return '<';
        }
        if (value == ('g' << 8 | 't')) {
            return '>';
        }
        if (value == ('a' << 16 | 'm' << 8 | 'p')) {
            return '&';
        }
        if (value == ('q' << 24 | 'u' << 16 | 'o' << 8 | 't')) {
            return '"';
        }
        if (value == ('a' << 24 | 'p' << 16 | 'o' << 8 | 's')) {
            return '\'';
        }
        throw anEntity();
    }

    private int numbered() throws XmlException {
        if (!XmlCharacters.isCharacter((int) value)) {
            throw new XmlException(
                    Condition.NOT_WELL_FORMED, "a reference to a character that XML does not allow");
        }
        return (int) value;
    }

    private static XmlException noReference() {
        return new XmlException(Condition.NOT_WELL_FORMED, "an ampersand that begins no reference");
    }

    private static XmlException anEntity() {
        return new XmlException(Condition.RESTRICTED_XML, "an entity");
    }
}
