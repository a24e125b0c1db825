package im.gatehouse.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration file cannot be used. It says everything that is wrong with it, one line each, in file order. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** All mistakes, sorted by line; never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
