package im.gatehouse.modules.invites;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.invites.Invitation.Kind;
import im.gatehouse.stanza.StanzaException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code invite}: administrators invite people, and see and take back what invitations there are. */
final class InviteOperations {
    private static final int USUAL = 50;
    private static final int MOST = 1_000;
    private static final int MOST_USES = 10_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    private record LetterRow(long id, String uri, @Nullable String landingPage, Instant expiresAt) {}

    private record Row(
            long id, String kind, @Nullable Jid inviter, @Nullable String username, Instant expiresAt, int usesLeft) {}

    private final Invitations invitations;
    private final Set<String> hosts;

    InviteOperations(Invitations invitations, Set<String> hosts) {
        this.invitations = invitations;
        this.hosts = hosts;
    }

    static AdminOperations operations(Supplier<InviteOperations> all) {
        return AdminOperations.ofResource(InviteOperations.class, "invite.graphqls")
                .forDomainOf("domain", "InviteAdminQuery", "listInvites", call -> all.get().list(call))
                .forDomainOf("domain", "InviteAdminMutation", "inviteToAccount", call -> all.get().toAccount(call))
                .forDomainOf("user", "InviteAdminMutation", "inviteToContact", call -> all.get().toContact(call))
                .forDomainOf("domain", "InviteAdminMutation", "revokeInvite", call -> all.get().revoke(call));
    }

    private List<Row> list(AdminCall call) {
        int limit = Math.min(call.integer("limit", USUAL), MOST);
        return invitations.list(served(call.string("domain")), call.optional("before", Long.class), limit).stream()
                .map(InviteOperations::row)
                .toList();
    }

    private static Row row(Invitation invitation) {
        String username = invitation.username();
        return new Row(
                invitation.id(),
                invitation.kind().word(),
                invitation.inviter().orElse(null),
                username.isEmpty() ? null : username,
                invitation.expiresAt(),
                invitation.usesLeft());
    }

    private LetterRow toAccount(AdminCall call) {
        String domain = served(call.string("domain"));
        String username = call.optionalString("username");
        int uses = uses(call);
        if (username != null && uses > 1) {
            throw refuse("A name can be given away once");
        }
        return make(new Draft(
                domain, Optional.empty(), Kind.ACCOUNT, prepared(username, domain), false, validFor(call), uses));
    }

    private LetterRow toContact(AdminCall call) {
        Jid user = call.jid("user").bare();
        served(user.domain());
        Kind kind = call.flag("account") ? Kind.CONTACT_OR_ACCOUNT : Kind.CONTACT;
        return make(new Draft(user.domain(), Optional.of(user), kind, "", true, validFor(call), uses(call)));
    }

    private LetterRow make(Draft draft) {
        try {
            Letter letter = invitations.make(draft, Integer.MAX_VALUE);
            return new LetterRow(
                    letter.invitation().id(),
                    letter.uri(),
                    letter.landingPage(invitations.config().landingPage()).orElse(null),
                    letter.invitation().expiresAt());
        } catch (StanzaException e) {
            throw refuse(String.valueOf(e.error().text()));
        }
    }

    private String served(String domain) {
        if (!hosts.contains(domain)) {
            throw new AdminException("domain_not_found", "Domain does not exist").with("domain", domain);
        }
        return domain;
    }

    private static String prepared(@Nullable String username, String domain) {
        try {
            return username == null ? "" : Jid.of(username, domain).local();
        } catch (InvalidJidException e) {
            throw refuse("This is no name of an account: " + e.getMessage());
        }
    }

    private static int uses(AdminCall call) {
        int uses = call.integer("uses", 1);
        if (uses > MOST_USES) {
            throw refuse("An invitation has at most " + MOST_USES + " uses");
        }
        return uses;
    }

    private Duration validFor(AdminCall call) {
        Duration asked = call.optional("validFor", Duration.class);
        Duration validFor = asked == null ? invitations.config().validFor() : asked;
        if (validFor.compareTo(Duration.ofMinutes(1)) < 0 || validFor.compareTo(LONGEST) > 0) {
            throw refuse("An invitation holds for a minute to a year");
        }
        return validFor;
    }

    private static AdminException refuse(String message) {
        return new AdminException("bad_invitation", message);
    }

    private String revoke(AdminCall call) {
        long id = call.required("id", Long.class);
        if (!invitations.revoke(call.string("domain"), id)) {
            throw new AdminException("invite_not_found", "There is no invitation " + id).with("id", id);
        }
        return "Invitation " + id + " taken back";
    }
}
