package im.gatehouse.modules.visitors;

import java.util.List;
import java.util.OptionalInt;

/** Client patterns that cannot be used, all of them at once. */
public final class InvalidPatternsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * One of them.
     *
     * @param pattern the pattern as it was written
     * @param reason what is wrong with it, in the words of its language
     * @param position at which character of the pattern, from 1; empty when that is not known
     */
    public record Problem(String pattern, String reason, OptionalInt position) {
        /** The reason and the place. */
        public String told() {
            return position.isPresent() ? reason + " at character " + position.getAsInt() : reason;
        }
    }

    private final transient List<Problem> problems;

    InvalidPatternsException(List<Problem> problems) {
        super(String.join("; ", problems.stream().map(p -> "'" + p.pattern() + "': " + p.told()).toList()));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the patterns; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
