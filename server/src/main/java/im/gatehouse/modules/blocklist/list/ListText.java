package im.gatehouse.modules.blocklist.list;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The text of a list in a file: strictly UTF-8, without its byte order mark, and never more of it in memory than one
 * entry may have. It is read line by line, or given as a {@link Reader} to a parser, which then has the rest.
 */
final class ListText extends Reader {
    /** The most characters that one entry may have: those of all its fields, each of them escaped, and some. */
    static final int LONGEST_ENTRY = 100_000;

    private static final long LARGEST_FILE = 512L << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int END = -1;

    private final Reader in;
    private final char[] buffer = new char[8_192];
    private int at;
    private int end;
    private long lines;

    /** How much the parser was given since the last entry ended. */
    private int given;

    private ListText(Reader in) {
        this.in = in;
    }

    /**
     * Opens a file.
     *
     * @throws IOException when there is none, it is no ordinary file, too large or may not be read
     */
    static ListText open(Path file) throws IOException {
        // Asking for the size first says whether it is there; a pipe or a device would have no end.
        long size = Files.size(file);
        if (!Files.isRegularFile(file)) {
            throw new UnfitListException("it is not an ordinary file");
        }
        if (size > LARGEST_FILE) {
            throw new UnfitListException("it is larger than 512 MiB");
        }
        ListText text = new ListText(Files.newBufferedReader(file, StandardCharsets.UTF_8));
        if (text.peek() == BYTE_ORDER_MARK) {
            text.next();
        }
        return text;
    }

    /** How many lines have been read, by {@link #line} or {@link #skipBlank}. */
    long lines() {
        return lines;
    }

    /**
     * The next line without its end, or null when there is none. One that is longer than an entry may be is cut: it
     * then has one character more than that.
     */
    @Nullable String line() throws IOException {
        if (peek() == END) {
            return null;
        }
        StringBuilder line = new StringBuilder();
        int c = next();
        while (c != END && c != '\n' && c != '\r') {
            if (line.length() <= LONGEST_ENTRY) {
                line.append((char) c);
            }
            c = next();
        }
        endLine(c);
        return line.toString();
    }

    /** Goes to the next character that is no whitespace, and answers it without reading it; -1 at the end. */
    int skipBlank() throws IOException {
        while (peek() != END && Character.isWhitespace(peek())) {
            int c = next();
            if (c == '\n' || c == '\r') {
                endLine(c);
            }
        }
        return peek();
    }

    /** An entry ends: the parser may have as much again. */
    void entryEnds() {
        given = 0;
    }

    /** @throws EntryTooLongException when an entry has no end in sight */
    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (peek() == END) {
            return END;
        }
        if (given > LONGEST_ENTRY) {
            throw new EntryTooLongException();
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, target, offset, count);
        at += count;
        given += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void endLine(int c) throws IOException {
        if (c == '\r' && peek() == '\n') {
            next();
        }
        lines++;
    }

    private int next() throws IOException {
        int c = peek();
        at++;
        return c;
    }

    private int peek() throws IOException {
        if (at >= end) {
            at = 0;
            end = Math.max(in.read(buffer), 0);
        }
        return end == 0 ? END : buffer[at];
    }

    /** That an entry is longer than {@link #LONGEST_ENTRY}. */
    static final class EntryTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        EntryTooLongException() {
            super("an entry has more than 100,000 characters");
        }
    }
}
