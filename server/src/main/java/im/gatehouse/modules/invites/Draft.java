package im.gatehouse.modules.invites;

import im.gatehouse.jid.Jid;
import java.time.Duration;
import java.util.Optional;

/**
 * An invitation to be made.
 *
 * @param domain where an account may be made
 * @param inviter who invites; empty for the administrators as such
 * @param username the name that an account must have, prepared; empty for any
 * @param befriends whether who comes becomes a contact of who invites
 * @param validFor how long it holds
 * @param uses how often it may be used
 */
record Draft(
        String domain,
        Optional<Jid> inviter,
        Invitation.Kind kind,
        String username,
        boolean befriends,
        Duration validFor,
        int uses) {}
