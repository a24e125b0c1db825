package im.gatehouse.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import im.gatehouse.config.LogConfig;
import org.slf4j.LoggerFactory;

/** How much is written to the log. */
final class LogLevel {
    private LogLevel() {}

    static void set(LogConfig config) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(config.level().name(), Level.INFO));
    }
}
