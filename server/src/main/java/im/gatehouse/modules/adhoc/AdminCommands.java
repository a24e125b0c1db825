package im.gatehouse.modules.adhoc;

import im.gatehouse.account.AccountException;
import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.Command.Note;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.modules.adhoc.Command.Severity;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.stanza.StreamError;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What administrators do from within a client: accounts and sessions of all domains served (XEP-0133). */
final class AdminCommands {
    private static final StreamError ENDED =
            StreamError.Condition.CONFLICT.error("Kicked by administrator"); // upon which clients stay away

    private final ModuleContext context;

    AdminCommands(ModuleContext context) {
        this.context = context;
    }

    List<Command> all() {
        return List.of(
                command("add-user", "Add User", (_, _) -> addUser()),
                command("delete-user", "Delete User", (_, _) -> deleteUsers()),
                command("end-user-session", "End User Session", (_, _) -> endSessions()),
                command("change-user-password", "Change User Password", (_, _) -> changePassword()),
                command("get-registered-users-num", "Get Number of Registered Users", (host, _) -> countUsers(host)),
                command("get-online-users-num", "Get Number of Online Users", (host, _) -> countOnline(host)),
                command("get-registered-users-list", "Get List of Registered Users", (host, _) -> listUsers(host)),
                command("get-online-users-list", "Get List of Online Users", (host, _) -> listOnline(host)));
    }

    private Command command(String name, String label, Command.Start start) {
        return new Command(AdminForms.NAMESPACE + '#' + name, label, context::isAdmin, start);
    }

    // --- accounts ---

    private Reply addUser() {
        DataForm form = AdminForms.ask(
                "Adding a User",
                "Fill out this form to add a user.",
                AdminForms.account("The Jabber ID for the account to be added"),
                AdminForms.password("password", "The password for this account"),
                AdminForms.password("password-verify", "Retype password"));
        return new Reply.Ask(form, this::addUser);
    }

    private Reply addUser(DataForm form) {
        Jid account = AdminForms.account(form);
        String password = AdminForms.required(form, "password");
        if (!password.equals(form.value("password-verify"))) {
            throw AdHocCommands.badPayload("The two passwords differ");
        }
        try {
            context.accounts().create(account, password);
        } catch (AccountException e) {
            throw refusal(e);
        }
        return done();
    }

    private Reply changePassword() {
        DataForm form = AdminForms.ask(
                "Changing a User Password",
                "Fill out this form to change a user's password.",
                AdminForms.account("The Jabber ID for this account"),
                AdminForms.password("password", "The password for this account"));
        return new Reply.Ask(form, this::changePassword);
    }

    private Reply changePassword(DataForm form) {
        try {
            context.accounts().changePassword(AdminForms.account(form), AdminForms.required(form, "password"));
        } catch (AccountException e) {
            throw refusal(e);
        }
        return done();
    }

    private static StanzaException refusal(AccountException cause) {
        Condition condition =
                switch (cause.reason()) {
                    case ALREADY_EXISTS -> Condition.CONFLICT;
                    case NOT_FOUND -> Condition.ITEM_NOT_FOUND;
                    case DOMAIN_NOT_SERVED,
                            NAME_MISSING,
                            NAME_NOT_ALLOWED,
                            NAME_TOO_LONG,
                            PASSWORD_EMPTY,
                            PASSWORD_NOT_ALLOWED -> Condition.NOT_ACCEPTABLE;
                };
        return new StanzaException(condition, cause.reason().text());
    }

    private Reply deleteUsers() {
        DataForm form = AdminForms.ask(
                "Deleting a User",
                "Fill out this form to delete a user.",
                AdminForms.accounts("The Jabber ID(s) to delete"));
        return new Reply.Ask(form, this::deleteUsers);
    }

    private Reply deleteUsers(DataForm form) {
        List<Note> notes = new ArrayList<>();
        for (Jid jid : AdminForms.accounts(form)) {
            if (!context.accounts().remove(jid.bare())) {
                notes.add(new Note(Severity.ERROR, "There is no account " + jid.bare()));
            }
        }
        return new Reply.Done(null, notes);
    }

    private Reply countUsers(String host) {
        return done(AdminForms.number(
                "registeredusersnum",
                "The number of registered users",
                context.accounts().count(host)));
    }

    private Reply listUsers(String host) {
        DataForm form = AdminForms.ask(
                "Requesting List of Registered Users",
                "Fill out this form to request the registered users of this service.",
                AdminForms.mostItems());
        return new Reply.Ask(form, submitted -> {
            List<Jid> users = context.accounts().list(host, AdminForms.mostItems(submitted), null);
            return done(AdminForms.list("registereduserjids", "The list of all users", users));
        });
    }

    // --- sessions ---

    private Reply endSessions() {
        DataForm form = AdminForms.ask(
                "Ending a User Session",
                "Fill out this form to end a user's session.",
                AdminForms.accounts("The Jabber ID(s) for which to end sessions"));
        return new Reply.Ask(form, this::endSessions);
    }

    private Reply endSessions(DataForm form) {
        List<Note> notes = new ArrayList<>();
        for (Jid jid : AdminForms.accounts(form)) {
            List<Session> ending = context.sessions().of(jid).stream()
                    .filter(session -> jid.isBare() || session.jid().equals(jid))
                    .toList();
            if (ending.isEmpty()) {
                notes.add(new Note(Severity.WARN, "There is no session of " + jid));
            }
            // In its lane, so that an administrator who ends the own session still gets the answer.
            ending.forEach(session -> session.lane().add(() -> session.end(ENDED)));
        }
        return new Reply.Done(null, notes);
    }

    private Reply countOnline(String host) {
        return done(AdminForms.number(
                "onlineusersnum", "The number of online users", online(host).count()));
    }

    private Reply listOnline(String host) {
        DataForm form = AdminForms.ask(
                "Requesting List of Online Users",
                "Fill out this form to request the online users of this service.",
                AdminForms.mostItems());
        return new Reply.Ask(form, submitted -> {
            List<Jid> users = online(host).sorted().limit(AdminForms.mostItems(submitted)).toList();
            return done(AdminForms.list("onlineuserjids", "The list of all online users", users));
        });
    }

    private Stream<Jid> online(String host) {
        return context.sessions().all().stream()
                .map(Session::account)
                .filter(account -> account.domain().equals(host))
                .distinct();
    }

    private static Reply done() {
        return new Reply.Done(null, List.of());
    }

    private static Reply done(DataForm result) {
        return new Reply.Done(result, List.of());
    }
}
