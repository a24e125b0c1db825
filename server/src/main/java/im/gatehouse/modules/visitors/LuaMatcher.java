package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.LuaItem.Single;
import java.util.ArrayList;
import java.util.List;

/**
 * One search of a Lua pattern in one subject. Items before a choice are never visited again while its alternatives are
 * tried, and those after it are all visited anew: hence a capture need not be restored when an alternative fails.
 */
final class LuaMatcher {
    /** Nested choices and captures that Lua allows in one match. */
    private static final int MAX_DEPTH = 200;

    private static final int NO_MATCH = -1;

    /** Ends a search that would take too long. It has no stack trace: a hostile subject must not cost one. */
    static final class GivenUp extends Exception {
        private static final long serialVersionUID = 1L;

        GivenUp(String reason) {
            super(reason, null, false, false);
        }
    }

    private final LuaItem[] items;
    private final byte[] subject;
    private final int[] captureStarts;
    private final int[] captureEnds;
    private int stepsLeft;

    LuaMatcher(LuaItem[] items, int captures, byte[] subject, int maxSteps) {
        this.items = items;
        this.subject = subject;
        this.captureStarts = new int[captures];
        this.captureEnds = new int[captures];
        this.stepsLeft = maxSteps;
    }

    /** The end of a match that starts here; negative when there is none. */
    int matchAt(int start) throws GivenUp {
        return match(0, start, 1);
    }

    /** What was captured in the match that was found last. */
    List<LuaPattern.Capture> captures() {
        List<LuaPattern.Capture> captures = new ArrayList<>(captureStarts.length);
        for (int i = 0; i < captureStarts.length; i++) {
            captures.add(
                    captureEnds[i] == NO_MATCH
                            ? new LuaPattern.Position(captureStarts[i])
                            : new LuaPattern.Range(captureStarts[i], captureEnds[i]));
        }
        return captures;
    }

    private int match(int first, int start, int depth) throws GivenUp {
        int at = start;
        int level = depth;
        for (int i = first; i < items.length && at != NO_MATCH; i++) {
            checkDepth(level);
            if (items[i] instanceof Single single && single.times() != LuaItem.Times.ONCE) {
                boolean once = matches(single.set(), at);
                if (once && single.times() != LuaItem.Times.ONCE_OR_NOT) {
                    return repeat(single, i + 1, at, level + 1);
                }
                int end = once ? match(i + 1, at + 1, level + 1) : NO_MATCH;
                if (end != NO_MATCH || single.times() == LuaItem.Times.AT_LEAST_ONE) {
                    return end;
                }
                // Without the character Lua goes on at the same depth.
            } else {
                at = pass(items[i], at);
                level += isCapture(items[i]) ? 1 : 0;
            }
        }
        checkDepth(level);
        return at;
    }

    private static boolean isCapture(LuaItem item) {
        return item instanceof LuaItem.Open || item instanceof LuaItem.Close || item instanceof LuaItem.Position;
    }

    private static void checkDepth(int level) throws GivenUp {
        if (level > MAX_DEPTH) {
            throw new GivenUp("pattern too complex");
        }
    }

    /** Passes an item that leaves no choice; says where the subject goes on. */
    private int pass(LuaItem item, int at) throws GivenUp {
        return switch (item) {
            case Single single -> matches(single.set(), at) ? at + 1 : NO_MATCH;
            case LuaItem.Balanced balanced -> balanced(balanced, at);
            case LuaItem.Frontier frontier -> isFrontier(frontier.set(), at) ? at : NO_MATCH;
            case LuaItem.BackReference reference -> repeated(reference.capture(), at);
            case LuaItem.End _ -> at == subject.length ? at : NO_MATCH;
            case LuaItem.Open open -> {
                captureStarts[open.capture()] = at;
                yield at;
            }
            case LuaItem.Close close -> {
                captureEnds[close.capture()] = at;
                yield at;
            }
            case LuaItem.Position position -> {
                captureStarts[position.capture()] = at;
                captureEnds[position.capture()] = NO_MATCH;
                yield at;
            }
        };
    }

    /** Repeats an item whose first repetition is known to match. */
    private int repeat(Single single, int next, int at, int depth) throws GivenUp {
        return switch (single.times()) {
            case MANY -> longestFirst(single.set(), next, at, at + 1, depth);
            case AT_LEAST_ONE -> longestFirst(single.set(), next, at + 1, at + 1, depth);
            case FEW -> shortestFirst(single.set(), next, at, depth);
            case ONCE, ONCE_OR_NOT -> throw new IllegalArgumentException(single.times() + " is no repetition");
        };
    }

    private int longestFirst(ByteSet set, int next, int least, int known, int depth) throws GivenUp {
        int reach = known;
        while (matches(set, reach)) {
            reach++;
        }
        for (; reach >= least; reach--) {
            int end = match(next, reach, depth);
            if (end != NO_MATCH) {
                return end;
            }
        }
        return NO_MATCH;
    }

    private int shortestFirst(ByteSet set, int next, int start, int depth) throws GivenUp {
        int at = start;
        while (true) {
            int end = match(next, at, depth);
            if (end != NO_MATCH) {
                return end;
            }
            if (!matches(set, at)) {
                return NO_MATCH;
            }
            at++;
        }
    }

    private boolean matches(ByteSet set, int at) throws GivenUp {
        step();
        return at < subject.length && set.contains(subject[at]);
    }

    private void step() throws GivenUp {
        if (--stepsLeft < 0) {
            throw new GivenUp("too many steps");
        }
    }

    private int balanced(LuaItem.Balanced item, int start) throws GivenUp {
        step();
        if (start >= subject.length || subject[start] != item.open()) {
            return NO_MATCH;
        }
        int nesting = 1;
        for (int at = start + 1; at < subject.length; at++) {
            step();
            // The closing one is looked for first: with the same character for both, the next one closes.
            if (subject[at] == item.close()) {
                nesting--;
            } else if (subject[at] == item.open()) {
                nesting++;
            }
            if (nesting == 0) {
                return at + 1;
            }
        }
        return NO_MATCH;
    }

    /** Before the subject's start and after its end Lua sees a NUL. */
    private boolean isFrontier(ByteSet set, int at) throws GivenUp {
        step();
        byte before = at == 0 ? 0 : subject[at - 1];
        byte after = at == subject.length ? 0 : subject[at];
        return !set.contains(before) && set.contains(after);
    }

    private int repeated(int capture, int at) throws GivenUp {
        step();
        if (captureEnds[capture] == NO_MATCH) {
            return NO_MATCH; // a position is never found again
        }
        int length = captureEnds[capture] - captureStarts[capture];
        if (length > subject.length - at) {
            return NO_MATCH;
        }
        for (int i = 0; i < length; i++) {
            step();
            if (subject[captureStarts[capture] + i] != subject[at + i]) {
                return NO_MATCH;
            }
        }
        return at + length;
    }
}
