package im.gatehouse.modules.adhoc;

import im.gatehouse.config.Section;
import java.time.Duration;

/**
 * {@code [modules.mod_adhoc]}.
 *
 * @param sessionTimeout after what time a command is forgotten that nobody goes on with
 */
record AdHocConfig(Duration sessionTimeout) {
    static AdHocConfig read(Section section) {
        return new AdHocConfig(section.duration(
                "session_timeout", Duration.ofMinutes(10), Duration.ofSeconds(10), Duration.ofDays(1)));
    }
}
