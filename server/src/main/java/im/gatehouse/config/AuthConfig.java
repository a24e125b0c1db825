package im.gatehouse.config;

import java.time.Duration;
import java.util.List;

/**
 * {@code [auth]}: how people prove who they are.
 *
 * @param mechanisms SASL mechanisms to offer, by their registered names, at least one
 * @param scramIterations rounds of PBKDF2 for new passwords, 4096 (RFC 7677) to 10,000,000
 * @param resourceConflict what happens when a client asks for a resource that is in use (RFC 6120 section 7.7.2.2)
 * @param strictChannelBinding whether clients that confuse the types of channel binding are refused (RFC 5802
 *     section 6 to the letter)
 * @param downgradeProtection whether SCRAM tells clients a hash of what was offered (XEP-0474)
 * @param sasl2WithoutTls whether SASL 2 (XEP-0388) is offered on connections without TLS, too, where these may sign in
 *     at all
 * @param certificateCommonNames whether a client's certificate without an XMPP address stands for the user of its
 *     common name
 * @param anonymousHosts hosts without accounts, at which everybody is a guest, by prepared domain
 * @param guestsMayLeave whether guests may speak with other hosts
 * @param tokens {@code [auth.tokens]}
 */
public record AuthConfig(
        List<String> mechanisms,
        int scramIterations,
        ResourceConflict resourceConflict,
        boolean strictChannelBinding,
        boolean downgradeProtection,
        boolean sasl2WithoutTls,
        boolean certificateCommonNames,
        List<String> anonymousHosts,
        boolean guestsMayLeave,
        Tokens tokens) {
    /**
     * {@code [auth.tokens]}: sign-in by tokens (XEP-0484).
     *
     * @param lifetime how long one is good for, 1 hour to 1 year
     * @param rotation how old one may become before its client gets another, 1 minute to 1 year
     * @param mostClients for how many clients of one account there can be tokens, 1 to 1000
     */
    public record Tokens(boolean enabled, Duration lifetime, Duration rotation, int mostClients) {
        private static final Duration YEAR = Duration.ofDays(365);

        static Tokens read(Section section) {
            return new Tokens(
                    section.bool("enabled", true),
                    section.duration("lifetime", Duration.ofDays(30), Duration.ofHours(1), YEAR),
                    section.duration("rotation", Duration.ofDays(1), Duration.ofMinutes(1), YEAR),
                    section.integer("clients_per_account", 32, 1, 1000));
        }
    }

    /** What happens when a client asks for a resource that is in use. */
    public enum ResourceConflict {
        /** The older session ends. */
        REPLACE,
        /** The newer client is refused. */
        REFUSE,
        /** The newer client gets another resource, which the server makes up. */
        RENAME
    }

    private static final List<String> USUAL =
            List.of("EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1");
    private static final List<String> KNOWN =
            List.of("EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN");

    /**
     * @param hosts all hosts
     */
    static AuthConfig read(Section section, List<String> hosts) {
        List<String> mechanisms = section.wordsOf("mechanisms", USUAL, KNOWN);
        if (section.hasEmptyList("mechanisms")) {
            section.problem("mechanisms", "expected at least one mechanism");
        }
        return new AuthConfig(
                mechanisms,
                section.integer("scram_iterations", 100_000, 4096, 10_000_000),
                section.oneOf("resource_conflict", ResourceConflict.REPLACE),
                section.bool("strict_channel_binding", false),
                section.bool("downgrade_protection", true),
                section.bool("sasl2_without_tls", false),
                section.bool("certificate_common_names", false),
                section.list(
                        "anonymous_hosts",
                        List.of(),
                        "one of general.hosts",
                        text -> GeneralConfig.domain(text).filter(hosts::contains)),
                section.bool("guests_may_leave", false),
                Tokens.read(section.section("tokens")));
    }
}
