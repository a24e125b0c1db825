package im.gatehouse.modules.muclimits;

import im.gatehouse.config.Section;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * The table {@code [modules.mod_muc_limits]}. The keys without {@code muc_} and those of events that are counted go
 * beyond the reference.
 *
 * @param eventRate events a second, with six decimals at most
 * @param burstFactor the bucket holds {@code eventRate} times this, with six decimals at most
 * @param maxNickLength bytes of UTF-8
 * @param maxCharCount bytes of UTF-8 in a body
 * @param maxLineCount newlines in a body
 * @param baseCost events that an event costs
 * @param lineMultiplier events that a newline costs in addition
 * @param joinsOnly whether nothing but coming in is limited
 * @param countPrivateMessages whether private messages are limited
 * @param countSubjectChanges whether changes of the subject are limited
 * @param countInvites whether invitations are limited
 * @param countBodyless whether messages without a body are limited
 * @param fair whether the heaviest sender is refused first
 * @param retryAfter whether a refusal says when to try again
 * @param observe whether nothing is refused, and only counted what would be
 * @param bounds within which owners choose
 * @param alarm what a long flood does
 * @param logPeriod how often one line tells of refusals, if there were any
 */
public record MucLimitsConfig(
        BigDecimal eventRate,
        BigDecimal burstFactor,
        int maxNickLength,
        int maxCharCount,
        int maxLineCount,
        BigDecimal baseCost,
        BigDecimal lineMultiplier,
        boolean joinsOnly,
        boolean countPrivateMessages,
        boolean countSubjectChanges,
        boolean countInvites,
        boolean countBodyless,
        boolean fair,
        boolean retryAfter,
        boolean observe,
        Bounds bounds,
        AlarmConfig alarm,
        Duration logPeriod) {

    private static final String RATE = "muc_event_rate";
    private static final String FACTOR = "muc_burst_factor";
    private static final String COST = "muc_limit_base_cost";
    private static final String MULTIPLIER = "muc_line_count_multiplier";
    static final int DECIMALS = 6;

    /** Such that what the largest bucket holds fits in 64 bits, in billionths of an event. */
    static final double MOST_RATE = 100_000;

    static final double MOST_FACTOR = 86_400;
    private static final double MOST_COST = 1_000_000;

    static MucLimitsConfig read(Section section) {
        boolean fair = section.bool("fair", true);
        MucLimitsConfig config = new MucLimitsConfig(
                decimal(section, RATE, 0.5, 0, MOST_RATE),
                decimal(section, FACTOR, 6, 1, MOST_FACTOR),
                section.integer("muc_max_nick_length", 23, 1, 1_023),
                section.integer("muc_max_char_count", 5_664, 1, Integer.MAX_VALUE),
                section.integer("muc_max_line_count", 23, 0, Integer.MAX_VALUE),
                decimal(section, COST, 1, 0, MOST_COST),
                decimal(section, MULTIPLIER, 0.1, 0, MOST_COST),
                section.bool("muc_limit_joins_only", false),
                section.bool("count_private_messages", true),
                section.bool("count_subject_changes", true),
                section.bool("count_invites", true),
                section.bool("count_bodyless", true),
                fair,
                section.bool("retry_after", fair),
                section.bool("observe", false),
                Bounds.read(section),
                AlarmConfig.read(section),
                section.duration("log_period", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1)));
        config.mustAdmitSomething(section);
        return config;
    }

    static BigDecimal decimal(Section section, String key, double otherwise, double min, double max) {
        BigDecimal value = BigDecimal.valueOf(section.number(key, otherwise, min, max));
        if (value.stripTrailingZeros().scale() > DECIMALS) {
            section.problem(key, "has at most " + DECIMALS + " decimals");
            return BigDecimal.valueOf(otherwise);
        }
        return value;
    }

    /** In the reference such a room is silent for ever, and nobody is told why. */
    private void mustAdmitSomething(Section section) {
        BigDecimal capacity = eventRate.multiply(burstFactor);
        if (eventRate.signum() == 0) {
            section.problem(RATE, "is 0, so that rooms would never fill their bucket of " + RATE + " × " + FACTOR
                    + " events again: write a number above 0, or leave " + FACTOR + " and the whole table out");
        } else if (capacity.compareTo(baseCost) < 0) {
            section.problem(
                    RATE,
                    RATE + " × " + FACTOR + " is " + plain(capacity) + " and an event costs " + plain(baseCost)
                            + ", so that no event could ever pass: the product must be at least " + plain(baseCost)
                            + " (raise " + RATE + " or " + FACTOR + ")");
        }
    }

    static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
