package im.gatehouse.modules.muclimits;

import im.gatehouse.config.Section;
import java.time.Duration;

/**
 * What happens when a room is flooded for long.
 *
 * @param refusals that raise the alarm; 0 for never
 * @param period in which there must be so many
 * @param mode what the room becomes
 * @param duration how long
 */
record AlarmConfig(int refusals, Duration period, Mode mode, Duration duration) {
    /** What a flooded room becomes. */
    enum Mode {
        /** Newcomers get no voice, and those who were refused lose it. */
        MODERATED,
        /** Whoever has no affiliation is taken out. */
        MEMBERS_ONLY
    }

    static AlarmConfig read(Section section) {
        return new AlarmConfig(
                section.integer("alarm_refusals", 0, 0, Integer.MAX_VALUE),
                section.duration("alarm_period", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1)),
                section.oneOf("alarm_mode", Mode.MODERATED),
                section.duration(
                        "alarm_duration", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(7)));
    }

    boolean isOn() {
        return refusals > 0;
    }
}
