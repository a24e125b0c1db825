package im.gatehouse.modules.muclimits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.config.ConfigFile;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MucLimitsConfigTest {
    private static MucLimitsConfig read(String toml) {
        ConfigFile file = ConfigFile.parse("[modules.mod_muc_limits]\n" + toml, Path.of("gatehouse.toml"));
        MucLimitsConfig config = MucLimitsConfig.read(file.root().section("modules").section("mod_muc_limits"));
        file.finish();
        return config;
    }

    private static List<String> problems(String toml) {
        try {
            read(toml);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Object::toString).toList();
        }
    }

    @Test
    void theDefaultsAreTheReferencesWithFairness() {
        MucLimitsConfig config = read("");
        assertEquals(new BigDecimal("0.5"), config.eventRate());
        assertEquals(0, BigDecimal.valueOf(6).compareTo(config.burstFactor()));
        assertEquals(23, config.maxNickLength());
        assertEquals(5_664, config.maxCharCount());
        assertEquals(23, config.maxLineCount());
        assertEquals(0, BigDecimal.ONE.compareTo(config.baseCost()));
        assertEquals(new BigDecimal("0.1"), config.lineMultiplier());
        assertFalse(config.joinsOnly());
        assertTrue(config.countPrivateMessages() && config.countSubjectChanges() && config.countInvites());
        assertTrue(config.countBodyless());
        assertTrue(config.fair() && config.retryAfter());
        assertFalse(config.observe());
        assertFalse(config.alarm().isOn());
        assertEquals(Duration.ofHours(1), config.bounds().longestSlowMode());
        assertEquals(Duration.ofMinutes(1), config.logPeriod());
    }

    @Test
    void withoutFairnessTheWordsAreTheReferencesUnlessAskedOtherwise() {
        assertFalse(read("fair = false").retryAfter());
        assertTrue(read("fair = false\nretry_after = true").retryAfter());
    }

    @Test
    void everyKeyIsRead() {
        MucLimitsConfig config = read("""
                muc_event_rate = 0.001
                muc_burst_factor = 2000.5
                muc_max_nick_length = 40
                muc_max_char_count = 100
                muc_max_line_count = 3
                muc_limit_base_cost = 0.25
                muc_line_count_multiplier = 0
                muc_limit_joins_only = true
                count_private_messages = false
                count_subject_changes = false
                count_invites = false
                count_bodyless = false
                fair = false
                retry_after = false
                observe = true
                owner_min_event_rate = 1
                owner_max_event_rate = 2
                owner_min_burst_factor = 3
                owner_max_burst_factor = 4
                slow_mode_max = "5m"
                alarm_refusals = 6
                alarm_period = "7s"
                alarm_mode = "members_only"
                alarm_duration = "8m"
                log_period = "9s"
                """);
        assertEquals(new BigDecimal("0.001"), config.eventRate());
        assertEquals(new BigDecimal("2000.5"), config.burstFactor());
        assertEquals(40 + 100 + 3, config.maxNickLength() + config.maxCharCount() + config.maxLineCount());
        assertEquals(new BigDecimal("0.25"), config.baseCost());
        assertEquals(0, config.lineMultiplier().signum());
        assertTrue(config.joinsOnly() && config.observe());
        assertFalse(config.countPrivateMessages() || config.countSubjectChanges() || config.countInvites());
        assertFalse(config.countBodyless() || config.fair() || config.retryAfter());
        assertEquals(0, BigDecimal.TWO.compareTo(config.bounds().mostRate()));
        assertEquals(Duration.ofMinutes(5), config.bounds().longestSlowMode());
        assertEquals(
                new AlarmConfig(
                        6, Duration.ofSeconds(7), AlarmConfig.Mode.MEMBERS_ONLY, Duration.ofMinutes(8)),
                config.alarm());
        assertEquals(Duration.ofSeconds(9), config.logPeriod());
    }

    @Test
    void whatWouldMuteRoomsRefusesTheStart() {
        for (String muting : List.of(
                "muc_event_rate = 0.1",
                "muc_event_rate = 0",
                "muc_event_rate = 0.000001",
                "muc_limit_base_cost = 3.000001",
                "muc_event_rate = 0.2\nmuc_burst_factor = 4.999999")) {
            List<String> problems = problems(muting);
            assertEquals(1, problems.size(), muting);
            assertTrue(problems.getFirst().contains("muc_burst_factor"), problems.getFirst());
        }
        assertEquals(List.of(), problems("muc_event_rate = 0.2\nmuc_burst_factor = 5"));
        assertEquals(List.of(), problems("muc_limit_base_cost = 0"));
    }

    @Test
    void whatIsOutOfBoundsIsTold() {
        for (String wrong : List.of(
                "muc_event_rate = -1",
                "muc_event_rate = 100001",
                "muc_event_rate = nan",
                "muc_event_rate = inf",
                "muc_event_rate = 0.1234567",
                "muc_burst_factor = 0.9",
                "muc_max_nick_length = 0",
                "muc_max_char_count = 0",
                "alarm_refusals = -1",
                "alarm_mode = \"closed\"",
                "slow_mode_max = \"2d\"",
                "owner_min_event_rate = 200",
                "muc_evnt_rate = 1")) {
            assertEquals(1, problems(wrong).size(), wrong);
        }
    }
}
