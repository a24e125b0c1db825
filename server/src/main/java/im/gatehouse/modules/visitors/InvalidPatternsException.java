package im.gatehouse.modules.visitors;

import java.util.List;

/** Client patterns that cannot be used, all of them at once. */
public final class InvalidPatternsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * One of them.
     *
     * @param pattern the pattern as it was written
     * @param reason what is wrong with it
     */
    public record Problem(String pattern, String reason) {}

    private final transient List<Problem> problems;

    InvalidPatternsException(List<Problem> problems) {
        super(String.join("; ", problems.stream().map(p -> "'" + p.pattern() + "': " + p.reason()).toList()));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the patterns; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
