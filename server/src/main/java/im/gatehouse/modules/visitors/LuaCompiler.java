package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.LuaItem.Times;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads a Lua pattern from left to right into its items. Since a pattern has no alternatives, which captures are open
 * at an item is known here, so that what Lua finds wrong only while it matches is found before.
 */
final class LuaCompiler {
    private static final int MAX_CAPTURES = 32;

    private final byte[] pattern;
    private final List<LuaItem> items = new ArrayList<>();
    private final Deque<Integer> openCaptures = new ArrayDeque<>();
    private int captures;
    private int at;

    LuaCompiler(byte[] pattern) {
        this.pattern = pattern;
    }

    /** Whether the pattern matches only at the subject's start. */
    boolean isAnchored() {
        return pattern.length > 0 && pattern[0] == '^';
    }

    int captures() {
        return captures;
    }

    List<LuaItem> compile() {
        at = isAnchored() ? 1 : 0;
        while (at < pattern.length) {
            item();
        }
        if (!openCaptures.isEmpty()) {
            throw error("unfinished capture", at);
        }
        return List.copyOf(items);
    }

    private void item() {
        switch (pattern[at]) {
            case '(' -> open();
            case ')' -> close();
            case '$' -> endOrSingle();
            case '%' -> escape();
            default -> single();
        }
    }

    private void endOrSingle() {
        if (at < pattern.length - 1) {
            single();
        } else {
            items.add(new LuaItem.End());
            at++;
        }
    }

    private void escape() {
        if (isNext('b')) {
            balanced();
        } else if (isNext('f')) {
            frontier();
        } else if (at + 1 < pattern.length && isDigit(pattern[at + 1])) {
            backReference();
        } else {
            single();
        }
    }

    private boolean isNext(char letter) {
        return at + 1 < pattern.length && pattern[at + 1] == letter;
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private void open() {
        if (captures == MAX_CAPTURES) {
            throw error("too many captures", at);
        }
        if (isNext(')')) {
            items.add(new LuaItem.Position(captures));
            at += 2;
        } else {
            items.add(new LuaItem.Open(captures));
            openCaptures.push(captures);
            at++;
        }
        captures++;
    }

    private void close() {
        if (openCaptures.isEmpty()) {
            throw error("invalid pattern capture", at);
        }
        items.add(new LuaItem.Close(openCaptures.pop()));
        at++;
    }

    private void balanced() {
        if (at + 3 >= pattern.length) {
            throw error("malformed pattern (missing arguments to '%b')", pattern.length);
        }
        items.add(new LuaItem.Balanced(pattern[at + 2], pattern[at + 3]));
        at += 4;
    }

    private void frontier() {
        at += 2;
        if (at >= pattern.length || pattern[at] != '[') {
            throw error("missing '[' after '%f' in pattern", at);
        }
        items.add(new LuaItem.Frontier(set()));
    }

    private void backReference() {
        int number = pattern[at + 1] - '0';
        if (number == 0 || number > captures || openCaptures.contains(number - 1)) {
            throw error("invalid capture index %" + number, at);
        }
        items.add(new LuaItem.BackReference(number - 1));
        at += 2;
    }

    private void single() {
        int from = at;
        ByteSet set = characters();
        Times times = times();
        items.add(new LuaItem.Single(set, times, from, at));
    }

    private ByteSet characters() {
        return switch (pattern[at]) {
            case '.' -> {
                at++;
                yield ByteSet.all();
            }
            case '[' -> set();
            case '%' -> escaped();
            default -> ByteSet.of(pattern[at++]);
        };
    }

    private ByteSet escaped() {
        if (at + 1 >= pattern.length) {
            throw error("malformed pattern (ends with '%')", pattern.length);
        }
        at += 2;
        return ByteSet.ofClass(pattern[at - 1]);
    }

    private Times times() {
        Times times =
                switch (at < pattern.length ? pattern[at] : 0) {
                    case '?' -> Times.ONCE_OR_NOT;
                    case '*' -> Times.MANY;
                    case '+' -> Times.AT_LEAST_ONE;
                    case '-' -> Times.FEW;
                    default -> Times.ONCE;
                };
        at += times == Times.ONCE ? 0 : 1;
        return times;
    }

    /** Reads {@code [set]}. A bracket right at its start does not end it. */
    private ByteSet set() {
        boolean complement = isNext('^');
        at += complement ? 2 : 1;
        int end = setEnd();
        ByteSet set = new ByteSet();
        while (at < end) {
            setMember(set, end);
        }
        at = end + 1;
        return complement ? set.complement() : set;
    }

    /** Finds the bracket that closes the set which starts here. */
    private int setEnd() {
        int end = at;
        do {
            end += end + 1 < pattern.length && pattern[end] == '%' ? 2 : 1;
        } while (end < pattern.length && pattern[end] != ']');
        if (end >= pattern.length) {
            throw error("malformed pattern (missing ']')", pattern.length);
        }
        return end;
    }

    private void setMember(ByteSet set, int end) {
        if (pattern[at] == '%') {
            set.addAll(ByteSet.ofClass(pattern[at + 1]));
            at += 2;
        } else if (at + 2 < end && pattern[at + 1] == '-') {
            set.addRange(pattern[at] & 0xff, pattern[at + 2] & 0xff);
            at += 3;
        } else {
            set.add(pattern[at] & 0xff);
            at++;
        }
    }

    private static LuaPatternException error(String message, int position) {
        return new LuaPatternException(message, position);
    }
}
