package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.Command.Note;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.modules.adhoc.Command.Severity;
import im.gatehouse.modules.blocklist.BlockedUser;
import im.gatehouse.modules.lastactivity.LastSeenTimes;
import im.gatehouse.modules.roster.RosterItem;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What administrators look up about users, and how they disable them, which is a block of {@code mod_blocklist}
 * (XEP-0133 sections 4.3, 4.4, 4.8 to 4.10, 4.14 and 4.19).
 */
final class UserCommands {
    private static final String QUERY = "BlocklistAdminQuery.";
    private static final String MUTATION = "BlocklistAdminMutation.";

    private final ModuleContext context;

    UserCommands(ModuleContext context) {
        this.context = context;
    }

    List<Command> all() {
        return List.of(
                command("disable-user", "Disable User", (_, requester) -> disable(requester)),
                command("reenable-user", "Re-Enable User", (_, _) -> enable()),
                command("get-user-roster", "Get User Roster", (_, _) -> roster()),
                command("get-user-lastlogin", "Get User Last Login Time", (_, _) -> lastLogin()),
                command("user-stats", "Get User Statistics", (_, _) -> statistics()),
                command("get-disabled-users-num", "Get Number of Disabled Users", (host, _) -> countDisabled(host)),
                command("get-disabled-users-list", "Get List of Disabled Users", (host, _) -> listDisabled(host)));
    }

    private Command command(String name, String label, Command.Start start) {
        return new Command(AdminForms.NAMESPACE + '#' + name, label, context::isAdmin, start);
    }

    // --- disabled ---

    private Reply disable(Jid requester) {
        DataForm form = AdminForms.ask(
                "Disabling a User",
                "Fill out this form to disable a user.",
                AdminForms.accounts("The Jabber ID(s) to disable"));
        return new Reply.Ask(form, submitted -> new Reply.Done(
                null, forEach(submitted, account -> disable(account, requester.bare()))));
    }

    private Optional<Note> disable(Jid account, Jid requester) {
        if (account.equals(requester)) {
            return error("You cannot disable your own account");
        }
        call(MUTATION + "addUser", Map.of("user", account));
        return Optional.empty();
    }

    private Reply enable() {
        DataForm form = AdminForms.ask(
                "Re-Enabling a User",
                "Fill out this form to re-enable a user.",
                AdminForms.accounts("The Jabber ID(s) to re-enable"));
        return new Reply.Ask(form, submitted -> new Reply.Done(null, forEach(submitted, this::enable)));
    }

    private Optional<Note> enable(Jid account) {
        boolean removed = Boolean.TRUE.equals(call(MUTATION + "removeUser", Map.of("user", account)));
        return removed ? Optional.empty() : error(account + " is not disabled");
    }

    /** Does something with each account; what cannot be done with one is told and keeps nobody else from it. */
    private static List<Note> forEach(DataForm form, Function<Jid, Optional<Note>> work) {
        List<Note> notes = new ArrayList<>();
        for (Jid jid : AdminForms.accounts(form)) {
            try {
                work.apply(jid.bare()).ifPresent(notes::add);
            } catch (StanzaException e) {
                notes.add(new Note(Severity.ERROR, jid.bare() + ": " + e.error().text()));
            }
        }
        return notes;
    }

    private static Optional<Note> error(String text) {
        return Optional.of(new Note(Severity.ERROR, text));
    }

    private Reply countDisabled(String host) {
        Object count = call(QUERY + "userCount", Map.of("domain", host));
        long number = ((Number) Objects.requireNonNull(count)).longValue();
        return done(AdminForms.number("disabledusersnum", "The number of disabled users", number));
    }

    private Reply listDisabled(String host) {
        DataForm form = AdminForms.ask(
                "Requesting List of Disabled Users",
                "Fill out this form to request all disabled users of this service.",
                AdminForms.mostItems());
        return new Reply.Ask(form, submitted -> {
            Object found = call(
                    QUERY + "listBlockedUsers", Map.of("domain", host, "limit", AdminForms.mostItems(submitted)));
            List<Jid> users = ((List<?>) Objects.requireNonNull(found))
                    .stream().map(user -> ((BlockedUser) user).jid()).toList();
            return done(AdminForms.list("disableduserjids", "The list of all disabled users", users));
        });
    }

    /** Calls what administrators are offered elsewhere, too. */
    private @Nullable Object call(String operation, Map<String, Object> arguments) {
        AdminOperations.Operation found = context.operation(operation)
                .orElseThrow(() -> new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED));
        try {
            return found.resolver()
                    .resolve(new AdminCall(arguments, new AdminCall.Actor.GlobalAdministrator(), _ -> {}));
        } catch (AdminException e) {
            Condition condition =
                    switch (e.code()) {
                        case "user_not_found", "domain_not_found" -> Condition.ITEM_NOT_FOUND;
                        case "deps_not_loaded" -> Condition.FEATURE_NOT_IMPLEMENTED;
                        default -> Condition.NOT_ALLOWED;
                    };
            throw new StanzaException(condition, String.valueOf(e.getMessage()));
        }
    }

    // --- looked up ---

    private Reply roster() {
        DataForm form = AdminForms.ask(
                "Getting a User's Roster",
                "Fill out this form to get a user's roster.",
                AdminForms.accounts("The Jabber ID(s) for which to retrieve the roster"));
        return new Reply.Ask(form, this::roster);
    }

    private Reply roster(DataForm form) {
        Rosters rosters = context.optionalService(Rosters.class)
                .orElseThrow(() -> new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED));
        Jid account = theOnly(form);
        Element.Builder query = Element.builder("query", RosterItem.NAMESPACE);
        rosters.items(account).stream()
                .sorted(Comparator.comparing(RosterItem::jid))
                .forEach(item -> query.child(item.toElement()));
        DataForm result = AdminForms.result(
                Field.of("accountjids", FieldType.JID_MULTI, "The Jabber ID", account.toString()));
        return new Reply.Done(result, List.of(), query.build());
    }

    /** Of rosters, and of times, one can be shown in an answer. */
    private Jid theOnly(DataForm form) {
        List<Jid> accounts = AdminForms.accounts(form);
        if (accounts.size() > 1) {
            throw AdHocCommands.badPayload("Ask for one account at a time");
        }
        return existing(accounts.getFirst().bare());
    }

    private Jid existing(Jid account) {
        if (!context.accounts().exists(account)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no account " + account);
        }
        return account;
    }

    private Reply lastLogin() {
        DataForm form = AdminForms.ask(
                "Getting a User's Last Login Time",
                "Fill out this form to get a user's last login time.",
                AdminForms.accounts("The Jabber ID(s) for which to retrieve the last login time"));
        return new Reply.Ask(form, this::lastLogin);
    }

    private Reply lastLogin(DataForm form) {
        Jid account = theOnly(form);
        Optional<Instant> online = context.sessions().of(account).stream()
                .map(session -> session.info().since())
                .max(Comparator.naturalOrder());
        Optional<Instant> seen = online.or(
                () -> context.optionalService(LastSeenTimes.class).flatMap(times -> times.of(account)));
        String label = online.isPresent() ? "Online since" : "Last online";
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of("accountjids", FieldType.JID_MULTI, "The Jabber ID", account.toString()));
        seen.ifPresent(at -> fields.add(Field.of(
                "lastlogin", FieldType.TEXT_SINGLE, label, at.truncatedTo(ChronoUnit.SECONDS).toString())));
        List<Note> notes =
                seen.isPresent() ? List.of() : List.of(new Note(Severity.INFO, account + " has never been online"));
        return new Reply.Done(AdminForms.results(fields), notes);
    }

    private Reply statistics() {
        DataForm form = AdminForms.ask(
                "Get User Statistics",
                "Fill out this form to gather user statistics.",
                AdminForms.account("The Jabber ID for statistics"));
        return new Reply.Ask(form, this::statistics);
    }

    private Reply statistics(DataForm form) {
        Jid account = existing(AdminForms.account(form));
        List<Session> sessions = context.sessions().of(account);
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of(
                "ipaddresses",
                FieldType.TEXT_MULTI,
                "IP addresses",
                texts(sessions.stream().map(session -> session.info().address().getAddress())
                        .filter(Objects::nonNull)
                        .map(InetAddress::getHostAddress))));
        context.optionalService(Rosters.class)
                .ifPresent(rosters -> fields.add(Field.of(
                        "rostersize",
                        FieldType.TEXT_SINGLE,
                        "Contacts",
                        Integer.toString(rosters.items(account).size()))));
        fields.add(Field.of(
                "onlineresources",
                FieldType.TEXT_MULTI,
                "Resources",
                texts(sessions.stream().map(session -> session.jid().resource()))));
        return done(AdminForms.results(fields));
    }

    private static String[] texts(Stream<String> texts) {
        return texts.distinct().sorted().toArray(String[]::new);
    }

    private static Reply done(DataForm result) {
        return new Reply.Done(result, List.of());
    }
}
