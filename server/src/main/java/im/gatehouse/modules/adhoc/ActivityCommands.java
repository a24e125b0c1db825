package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who of those who are online is there (XEP-0133 sections 4.16, 4.17, 4.21 and 4.22). Active is who has a resource that
 * is available and not away; everybody else who is online is idle, so that the two together are all.
 */
final class ActivityCommands {
    private static final Set<String> AWAY = Set.of("away", "xa");

    private final ModuleContext context;

    ActivityCommands(ModuleContext context) {
        this.context = context;
    }

    List<Command> all() {
        return List.of(
                count("active", "Active", this::isActive),
                count("idle", "Idle", account -> !isActive(account)),
                list("active", "Active", this::isActive),
                list("idle", "Idle", account -> !isActive(account)));
    }

    private Command count(String word, String title, Predicate<Jid> who) {
        return new Command(
                AdminForms.NAMESPACE + "#get-" + word + "-users-num",
                "Get Number of " + title + " Users",
                context::isAdmin,
                (host, _) -> new Reply.Done(
                        AdminForms.number(
                                word + "usersnum",
                                "The number of " + word + " users",
                                users(host, who).count()),
                        List.of()));
    }

    private Command list(String word, String title, Predicate<Jid> who) {
        DataForm form = AdminForms.ask(
                "Requesting List of " + title + " Users",
                "Fill out this form to request the " + word + " users of this service.",
                AdminForms.mostItems());
        return new Command(
                AdminForms.NAMESPACE + "#get-" + word + "-users",
                "Get List of " + title + " Users",
                context::isAdmin,
                (host, _) -> new Reply.Ask(form, submitted -> {
                    List<Jid> users = users(host, who)
                            .sorted()
                            .limit(AdminForms.mostItems(submitted))
                            .toList();
                    DataForm result =
                            AdminForms.list(word + "userjids", "The list of " + word + " users", users);
                    return new Reply.Done(result, List.of());
                }));
    }

    private Stream<Jid> users(String host, Predicate<Jid> who) {
        return context.sessions().all().stream()
                .map(Session::account)
                .filter(account -> account.domain().equals(host))
                .distinct()
                .filter(who);
    }

    private boolean isActive(Jid account) {
        return context.sessions().of(account).stream().anyMatch(ActivityCommands::isActive);
    }

    private static boolean isActive(Session session) {
        Presence presence = session.presence();
        if (presence == null) {
            return false;
        }
        var show = presence.child("show", Namespaces.CLIENT);
        return show == null || !AWAY.contains(show.text().strip());
    }
}
