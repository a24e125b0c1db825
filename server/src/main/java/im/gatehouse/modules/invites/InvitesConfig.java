package im.gatehouse.modules.invites;

import im.gatehouse.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [modules.mod_invites]}.
 *
 * @param users what users may invite to; administrators may invite to everything
 * @param mostPerUser how many invitations of a user may be open at a time, from 1
 * @param validFor how long an invitation holds
 * @param landingPage the page for people, with {@code {token}} or {@code {uri}} in it
 */
record InvitesConfig(Users users, int mostPerUser, Duration validFor, Optional<String> landingPage) {
    /** What users may invite to. */
    enum Users {
        /** Nothing. */
        NOBODY,
        /** To become their contacts. */
        CONTACTS,
        /** To become their contacts, and to make an account. */
        ACCOUNTS
    }

    static InvitesConfig read(Section section) {
        return new InvitesConfig(
                section.oneOf("users", Users.CONTACTS),
                section.integer("max_per_user", 20, 1, 10_000),
                section.duration("valid_for", Duration.ofDays(7), Duration.ofMinutes(1), Duration.ofDays(365)),
                section.parsed(
                        "landing_page",
                        "an https address with {token} or {uri}, such as \"https://example.org/invite#{uri}\"",
                        InvitesConfig::page));
    }

    private static Optional<String> page(String text) {
        boolean hasPlace = text.contains("{token}") || text.contains("{uri}");
        try {
            URI page = new URI(text.replace("{token}", "t").replace("{uri}", "u"));
            return hasPlace && "https".equals(page.getScheme()) ? Optional.of(text) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
