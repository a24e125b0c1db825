package im.gatehouse.config;

/** {@code [log]}: how much is written to the log. */
public record LogConfig(Level level) {
    /** From everything to nothing. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        OFF
    }

    static LogConfig read(Section section) {
        return new LogConfig(section.oneOf("level", Level.INFO));
    }
}
