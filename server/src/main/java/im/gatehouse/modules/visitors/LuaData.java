package im.gatehouse.modules.visitors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads a file that the reference server has stored: {@code return} and one table of Lua with strings as keys, and with
 * strings, numbers and further tables as values. Nothing is run: any other Lua is refused.
 */
final class LuaData {
    private static final int MOST_DEPTH = 16;
    private static final int END = -1;

    private final byte[] text;
    private int at;
    private int line = 1;

    private LuaData(byte[] text) {
        this.text = text;
    }

    /**
     * Reads the table.
     *
     * @return strings, and as values also Long, Double and maps like this one, in the order of the file
     * @throws LuaDataException when it is something else; nothing of it is to be used then
     */
    static Map<String, Object> parse(byte[] text) throws LuaDataException {
        LuaData data = new LuaData(text);
        data.skipBlank();
        data.expectWord("return");
        data.skipBlank();
        Map<String, Object> table = data.table(1);
        data.skipBlank();
        if (data.peek() == ';') {
            data.next();
            data.skipBlank();
        }
        if (data.peek() != END) {
            throw data.error("expected the end of the file");
        }
        return table;
    }

    private Map<String, Object> table(int depth) throws LuaDataException {
        if (depth > MOST_DEPTH) {
            throw error("tables lie too deep in each other");
        }
        expect('{');
        Map<String, Object> table = new LinkedHashMap<>();
        skipBlank();
        while (peek() != '}') {
            String key = key();
            skipBlank();
            expect('=');
            skipBlank();
            if (table.put(key, value(depth)) != null) {
                throw error("the key '" + key + "' comes twice");
            }
            skipBlank();
            if (peek() == ';' || peek() == ',') {
                next();
                skipBlank();
            } else if (peek() != '}') {
                throw error("expected ';' or '}'");
            }
        }
        next();
        return table;
    }

    private String key() throws LuaDataException {
        if (peek() != '[') {
            return name();
        }
        next();
        skipBlank();
        String key = string();
        skipBlank();
        expect(']');
        return key;
    }

    private String name() throws LuaDataException {
        int start = at;
        while (isNamePart(peek())) {
            next();
        }
        if (start == at) {
            throw error("expected a key such as [\"2018-05\"]");
        }
        return new String(text, start, at - start, StandardCharsets.US_ASCII);
    }

    private static boolean isNamePart(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private Object value(int depth) throws LuaDataException {
        return switch (peek()) {
            case '{' -> table(depth + 1);
            case '"', '\'' -> string();
            default -> number();
        };
    }

    private Object number() throws LuaDataException {
        int start = at;
        while (isNamePart(peek()) || peek() == '.' || peek() == '-' || peek() == '+') {
            next();
        }
        String number = new String(text, start, at - start, StandardCharsets.US_ASCII);
        try {
            return number.matches("-?[0-9]+") ? (Object) Long.valueOf(number) : (Object) decimal(number);
        } catch (NumberFormatException _) {
            throw error("expected a string, a number or a table");
        }
    }

    private static Double decimal(String number) {
        if (!number.matches("-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?")) {
            throw new NumberFormatException(number);
        }
        return Double.valueOf(number);
    }

    private String string() throws LuaDataException {
        int quote = peek();
        if (quote != '"' && quote != '\'') {
            throw error("expected a string");
        }
        next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (peek() != quote) {
            int c = next();
            if (c == END || c == '\n') {
                throw error("a string has no end");
            }
            if (c == '\\') {
                escape(bytes);
            } else {
                bytes.write(c);
            }
        }
        next();
        return utf8(bytes.toByteArray());
    }

    private String utf8(byte[] bytes) throws LuaDataException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw error("a string is not UTF-8");
        }
    }

    private void escape(ByteArrayOutputStream bytes) throws LuaDataException {
        int c = next();
        switch (c) {
            case 'n', '\n' -> bytes.write('\n');
            case 't' -> bytes.write('\t');
            case 'r' -> bytes.write('\r');
            case 'a' -> bytes.write(7);
            case 'b' -> bytes.write('\b');
            case 'f' -> bytes.write('\f');
            case 'v' -> bytes.write(11);
            case '\\', '"', '\'' -> bytes.write(c);
            case 'x' -> bytes.write(digits(2, 2, 16));
            default -> {
                if (!isDigit(c)) {
                    throw error("there is no such escape in a string");
                }
                at--;
                bytes.write(digits(1, 3, 10));
            }
        }
    }

    private int digits(int least, int most, int base) throws LuaDataException {
        int value = 0;
        int count = 0;
        while (count < most && peek() != END && Character.digit(peek(), base) >= 0) {
            value = value * base + Character.digit(next(), base);
            count++;
        }
        if (count < least || value > 255) {
            throw error("an escape in a string is no byte");
        }
        return value;
    }

    /** Skips blanks and comments. */
    private void skipBlank() throws LuaDataException {
        while (true) {
            int c = peek();
            if (c == '-' && at + 1 < text.length && text[at + 1] == '-') {
                skipComment();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                next();
            } else {
                return;
            }
        }
    }

    private void skipComment() throws LuaDataException {
        if (at + 2 < text.length && text[at + 2] == '[') {
            throw error("comments in brackets are not understood");
        }
        while (peek() != '\n' && peek() != END) {
            next();
        }
    }

    private void expectWord(String word) throws LuaDataException {
        for (char c : word.toCharArray()) {
            if (peek() != c) {
                throw error("expected '" + word + "'");
            }
            next();
        }
    }

    private void expect(char c) throws LuaDataException {
        if (peek() != c) {
            throw error("expected '" + c + "'");
        }
        next();
    }

    private int peek() {
        return at < text.length ? text[at] & 0xff : END;
    }

    private int next() {
        int c = peek();
        at = Math.min(at + 1, text.length);
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private LuaDataException error(String reason) {
        return new LuaDataException(line, reason);
    }
}
