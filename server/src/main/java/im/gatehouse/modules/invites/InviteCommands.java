package im.gatehouse.modules.invites;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.AdHocCommands;
import im.gatehouse.modules.adhoc.Command;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.modules.invites.Invitation.Kind;
import im.gatehouse.modules.invites.InvitesConfig.Users;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What users and administrators do about invitations from within a client (XEP-0401 section 5). */
final class InviteCommands {
    private static final String NAMESPACE = "urn:xmpp:invite#";

    /** Administrators' own invitations have a bound too, which only a runaway client meets. */
    private static final int MOST_OF_ADMIN = 10_000;

    private final ModuleContext context;
    private final Invitations invitations;

    InviteCommands(ModuleContext context, Invitations invitations) {
        this.context = context;
        this.invitations = invitations;
    }

    List<Command> all() {
        return List.of(
                new Command(NAMESPACE + "invite", "Invite user", this::mayInvite, (_, requester) -> invite(requester)),
                new Command(
                        NAMESPACE + "create-account", "Create account", this::mayMakeAccounts, this::createAccount));
    }

    private boolean mayInvite(Jid requester) {
        return isLocal(requester)
                && (invitations.config().users() != Users.NOBODY || context.isAdmin(requester));
    }

    private boolean mayMakeAccounts(Jid requester) {
        return isLocal(requester)
                && (invitations.config().users() == Users.ACCOUNTS || context.isAdmin(requester));
    }

    private boolean isLocal(Jid requester) {
        return requester.hasLocal() && context.hosts().contains(requester.domain());
    }

    private int mostOpen(Jid requester) {
        return context.isAdmin(requester) ? MOST_OF_ADMIN : invitations.config().mostPerUser();
    }

    /** Whether who is invited can make an account with the invitation. */
    private boolean accountsAreMade() {
        return context.optionalService(InvitedRegistration.class)
                .filter(InvitedRegistration::takesInvited)
                .isPresent();
    }

    private Reply invite(Jid requester) {
        Kind kind = mayMakeAccounts(requester) && accountsAreMade() ? Kind.CONTACT_OR_ACCOUNT : Kind.CONTACT;
        Jid inviter = requester.bare();
        return letter(new Draft(
                inviter.domain(), Optional.of(inviter), kind, "", true, invitations.config().validFor(), 1), requester);
    }

    private Reply createAccount(String host, Jid requester) {
        if (!accountsAreMade()) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE, "Accounts cannot be made by invitation here");
        }
        DataForm form = new DataForm(
                DataForm.Type.FORM,
                "Inviting somebody",
                List.of("Fill out this form to invite somebody to make an account."),
                List.of(
                        Field.of("username", FieldType.TEXT_SINGLE, "Username, empty for any"),
                        Field.bool("roster-subscription", "Become contacts of each other", true)));
        return new Reply.Ask(form, submitted -> createAccount(host, requester, submitted));
    }

    private Reply createAccount(String host, Jid requester, DataForm form) {
        String username = username(form.value("username"), host);
        String subscription = form.value("roster-subscription");
        boolean befriends = "1".equals(subscription) || "true".equals(subscription);
        boolean elsewhere = !requester.domain().equals(host);
        if (elsewhere && !context.isAdmin(requester)) {
            throw new StanzaException(Condition.FORBIDDEN, "You can invite to your own domain");
        }
        // An administrator of another domain is nobody's neighbour here: the invitation is the administrators'.
        Optional<Jid> inviter = elsewhere ? Optional.empty() : Optional.of(requester.bare());
        return letter(
                new Draft(
                        host,
                        inviter,
                        Kind.ACCOUNT,
                        username,
                        befriends && !elsewhere,
                        invitations.config().validFor(),
                        1),
                requester);
    }

    private static String username(@org.jspecify.annotations.Nullable String text, String host) {
        if (text == null || text.isBlank()) {
            return "";
        }
        try {
            return Jid.of(text.strip(), host).local();
        } catch (InvalidJidException e) {
            throw AdHocCommands.badPayload("This is no name of an account: " + e.getMessage());
        }
    }

    private Reply letter(Draft draft, Jid requester) {
        Letter letter = invitations.make(draft, mostOpen(requester));
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of("uri", FieldType.TEXT_SINGLE, "Invitation", letter.uri()));
        letter.landingPage(invitations.config().landingPage())
                .ifPresent(page -> fields.add(Field.of("landing-url", FieldType.TEXT_SINGLE, "Page", page)));
        fields.add(Field.of(
                "expire",
                FieldType.TEXT_SINGLE,
                "Holds until",
                letter.invitation().expiresAt().toString()));
        return new Reply.Done(
                DataForm.of(DataForm.Type.RESULT, NAMESPACE + "invitation", "Invitation", fields), List.of());
    }
}
