package im.gatehouse.modules.invites;

import im.gatehouse.jid.Jid;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What somebody may do who knows a secret: make an account, become a contact of who invites, or both.
 *
 * @param id rises with the order in which invitations were made
 * @param domain where an account may be made, and where who invites lives
 * @param inviter who invites, as a bare address; empty for the administrators as such
 * @param kind what it is for
 * @param username the name that an account must have and that nobody else gets meanwhile; empty for any
 * @param befriends whether who comes and who invites see each other's presence then
 * @param expiresAt from when it holds no more
 * @param usesLeft how often it may be used from now on
 */
public record Invitation(
        long id,
        String domain,
        Optional<Jid> inviter,
        Kind kind,
        String username,
        boolean befriends,
        Instant expiresAt,
        int usesLeft) {
    /** What an invitation is for. */
    public enum Kind {
        /** To become a contact of who invites. */
        CONTACT,
        /** To become a contact of who invites, with an account made for that if need be. */
        CONTACT_OR_ACCOUNT,
        /** To make an account. */
        ACCOUNT;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** The kind in one word. */
        public String word() {
            return word;
        }

        /** Whether an account may be made with it. */
        public boolean makesAccounts() {
            return this != CONTACT;
        }

        /** Whether it makes contacts of people who have an account already. */
        public boolean makesContacts() {
            return this != ACCOUNT;
        }
    }
}
