package im.gatehouse.modules.visitors;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A pattern of the language Lua (reference manual 5.4, §6.4.1), so that patterns from a reference server's
 * configuration mean here what they meant there. Like Lua it works on bytes, those of the text's UTF-8 form, and knows
 * no letters but ASCII's.
 *
 * <p>What Lua finds wrong only while matching is found when the pattern is compiled. A search takes a bounded time,
 * whatever the subject. A pattern does not change and is safe from any thread.
 */
public final class LuaPattern {
    /**
     * Bytes that one search looks at before it gives up, those of repetitions twice. The longest resource, 1023 bytes,
     * needs a million with an honest pattern whose time grows with the square of the length, as {@code .*x}; that takes
     * some milliseconds.
     */
    static final int MAX_STEPS = 2_000_000;

    /** What a search came to. */
    public sealed interface Result {}

    /**
     * The first match. Offsets are bytes of the subject's UTF-8 form, from 0.
     *
     * @param start where it starts
     * @param end where it ends, not included; equal to the start for an empty match
     * @param captures what the pattern captured, in the order of the opening parentheses
     */
    public record Match(int start, int end, List<Capture> captures) implements Result {
        public Match {
            captures = List.copyOf(captures);
        }
    }

    /** There is no match. */
    public record NoMatch() implements Result {}

    /**
     * Nobody knows whether there is a match: the search would have taken too long.
     *
     * @param reason {@code pattern too complex}, as Lua says itself, or {@code too many steps}
     */
    public record GaveUp(String reason) implements Result {}

    /** What parentheses in a pattern caught. */
    public sealed interface Capture {}

    /** A part of the subject, from a byte to another, the latter not included. */
    public record Range(int start, int end) implements Capture {}

    /** The place that {@code ()} stood for, in bytes from 0. */
    public record Position(int at) implements Capture {}

    private final byte[] source;
    private final LuaItem[] items;
    private final boolean anchored;
    private final int captures;

    private LuaPattern(byte[] source) {
        LuaCompiler compiler = new LuaCompiler(source);
        this.source = source;
        this.items = compiler.compile().toArray(LuaItem[]::new);
        this.anchored = compiler.isAnchored();
        this.captures = compiler.captures();
    }

    /**
     * Reads a pattern.
     *
     * @throws LuaPatternException when Lua would not take it, at the latest when matching gets that far
     */
    public static LuaPattern compile(String pattern) {
        return compile(pattern.getBytes(StandardCharsets.UTF_8));
    }

    static LuaPattern compile(byte[] pattern) {
        return new LuaPattern(pattern.clone());
    }

    /** Finds the first match anywhere in a text. */
    public Result find(String subject) {
        return find(subject.getBytes(StandardCharsets.UTF_8));
    }

    Result find(byte[] subject) {
        LuaMatcher matcher = new LuaMatcher(items, captures, subject, MAX_STEPS);
        try {
            int lastStart = anchored ? 0 : subject.length;
            for (int start = 0; start <= lastStart; start++) {
                int end = matcher.matchAt(start);
                if (end >= 0) {
                    return new Match(start, end, matcher.captures());
                }
            }
            return new NoMatch();
        } catch (LuaMatcher.GivenUp givenUp) {
            return new GaveUp(String.valueOf(givenUp.getMessage()));
        }
    }

    /**
     * Says, for the operator, where a pattern has a {@code -} that is probably meant as a hyphen but repeats what
     * stands before it as few times as possible; empty when there is none.
     *
     * @throws LuaPatternException when it is no pattern at all
     */
    public static Optional<String> suspicious(String pattern) {
        return compile(pattern).suspicion();
    }

    private Optional<String> suspicion() {
        for (int i = 0; i < items.length; i++) {
            if (items[i] instanceof LuaItem.Single single && looksLikeHyphen(single, i)) {
                return Optional.of(warning(single));
            }
        }
        return Optional.empty();
    }

    /** Few repetitions are useful only of a class of characters, and only before something else that ends them. */
    private boolean looksLikeHyphen(LuaItem.Single single, int index) {
        if (single.times() != LuaItem.Times.FEW) {
            return false;
        }
        boolean last = index == items.length - 1;
        boolean beforeItsLike = !last
                && items[index + 1] instanceof LuaItem.Single next
                && next.set().sameAs(single.set());
        return single.set().isSingle() || last || beforeItsLike;
    }

    private String warning(LuaItem.Single single) {
        String before = text(single.from(), single.to() - 1);
        int column = text(0, single.to()).length();
        return "the '-' at character " + column + " of '" + text(0, source.length) + "' repeats '" + before
                + "' as few times as possible, also not at all; for a hyphen write '%-'";
    }

    private String text(int from, int to) {
        return new String(source, from, to - from, StandardCharsets.UTF_8);
    }

    /** The pattern as it was written. */
    @Override
    public String toString() {
        return text(0, source.length);
    }
}
