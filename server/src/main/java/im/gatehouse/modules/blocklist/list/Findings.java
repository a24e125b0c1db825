package im.gatehouse.modules.blocklist.list;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What has been found in a list so far: blocks and faults. For one thread. */
final class Findings {
    /** Of an account, in bytes: what the databases hold. */
    private static final int LONGEST_NAME = 255;

    private static final int MOST_LINES = 1_000_000;
    private static final int MOST_FAULTS = 100;
    private static final int STEP = 100_000;
    private static final int LONGEST_PROBLEM = 300;

    /** Lists say the same few words a million times; so many of them are kept only once. */
    private static final int MOST_SHARED_WORDS = 1_000;

    private final Consumer<String> report;
    private final List<BlockLine> lines = new ArrayList<>();
    private final Map<Target, Long> firstLines = new HashMap<>();
    private final Map<String, String> sharedWords = new HashMap<>();
    private final List<BlockFile.Fault> faults = new ArrayList<>();
    private long faultCount;
    private int entries;

    Findings(Consumer<String> report) {
        this.report = report;
    }

    /**
     * An entry begins, good or bad.
     *
     * @throws AdminException when there are too many
     */
    void entry() {
        if (entries == MOST_LINES) {
            throw new AdminException(
                    "too_many_lines", "The list has more than 1,000,000 lines; cut it into several files");
        }
        entries++;
        if (entries % STEP == 0) {
            report.accept(String.format(Locale.ROOT, "%,d lines read", entries));
        }
    }

    int entries() {
        return entries;
    }

    long faultCount() {
        return faultCount;
    }

    /** Keeps a block, or a fault when its target has been there already. */
    void add(long line, BlockLine block) {
        Long first = firstLines.putIfAbsent(block.target(), line);
        if (first == null) {
            lines.add(block);
        } else {
            fault(line, "the target " + block.target() + " is in line " + first + " already");
        }
    }

    /** Counts and reports a fault, and keeps it if it is one of the first. */
    void fault(long line, String problem) {
        faultCount++;
        BlockFile.Fault fault = new BlockFile.Fault(line, printable(problem));
        report.accept("line " + line + ": " + fault.problem());
        if (faults.size() < MOST_FAULTS) {
            faults.add(fault);
        }
    }

    /** The target that a text names; null, and a fault, when it names none. */
    @Nullable Target target(long line, String text) {
        if (text.length() > ListText.LONGEST_ENTRY) {
            fault(line, "it is longer than 100,000 characters");
            return null;
        }
        try {
            Target target = Target.parse(text);
            if (target instanceof Target.Account(Jid bare)
                    && bare.local().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                fault(line, "no account has a name of more than 255 bytes");
                return null;
            }
            return target;
        } catch (IllegalArgumentException e) {
            fault(line, Optional.ofNullable(e.getMessage()).orElse("this is no target"));
            return null;
        }
    }

    /**
     * A reason or a note; null when it is empty or, with a fault, when it cannot be shown.
     *
     * @param what which of them
     */
    @Nullable String words(long line, String what, String text) {
        Optional<String> problem = Words.problem(text);
        problem.ifPresent(it -> fault(line, "the " + what + ' ' + it));
        return problem.isPresent() || text.isEmpty() ? null : shared(text);
    }

    BlockFile.Content content() {
        return new BlockFile.Content(List.copyOf(lines), List.copyOf(faults), faultCount);
    }

    private String shared(String text) {
        String known = sharedWords.get(text);
        if (known == null && sharedWords.size() < MOST_SHARED_WORDS) {
            sharedWords.put(text, text);
        }
        return known == null ? text : known;
    }

    /** On one line, not too long, and with nothing in it that a terminal would obey. */
    private static String printable(String problem) {
        StringBuilder printable = new StringBuilder();
        problem.codePoints().limit(LONGEST_PROBLEM).forEach(c -> printable.appendCodePoint(Words.mayBeSaid(c) ? c : 0xFFFD));
        boolean cut = problem.codePointCount(0, problem.length()) > LONGEST_PROBLEM;
        return cut ? printable.append('…').toString() : printable.toString();
    }
}
