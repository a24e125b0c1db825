package im.gatehouse.modules.announce;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.AdHocCommands;
import im.gatehouse.modules.adhoc.AdminForms;
import im.gatehouse.modules.adhoc.Command;
import im.gatehouse.modules.adhoc.Command.Note;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.modules.adhoc.Command.Severity;
import im.gatehouse.modules.announce.AnnounceStore.Kind;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Announcements, standing messages and the end of the server, as administrators order them (XEP-0133 4.23 to 4.31). */
final class AnnounceCommands {
    private static final Logger log = LoggerFactory.getLogger(AnnounceCommands.class);
    private static final int LONGEST = 10_000;
    private static final int LONGEST_DELAY = 3_600;
    private static final String STOP = "ServerAdminMutation.stop";

    private static final List<Option> DELAYS = List.of(
            new Option("30", "30 seconds"),
            new Option("60", "60 seconds"),
            new Option("90", "90 seconds"),
            new Option("120", "2 minutes"),
            new Option("180", "3 minutes"),
            new Option("240", "4 minutes"),
            new Option("300", "5 minutes"));

    private final ModuleContext context;
    private final Announcements announcements;

    AnnounceCommands(ModuleContext context, Announcements announcements) {
        this.context = context;
        this.announcements = announcements;
    }

    List<Command> all() {
        return List.of(
                command("announce", "Send Announcement to Online Users", this::announce),
                command("announce-all", "Send Announcement to All Users", this::announceToAll),
                command("set-motd", "Set Message of the Day", host -> set(host, Kind.MOTD)),
                command("edit-motd", "Edit Message of the Day", this::editMotd),
                command("delete-motd", "Delete Message of the Day", host -> delete(host, Kind.MOTD)),
                command("set-welcome", "Set Welcome Message", host -> set(host, Kind.WELCOME)),
                command("delete-welcome", "Delete Welcome Message", host -> delete(host, Kind.WELCOME)),
                command("shutdown", "Shut Down Service", this::shutDown));
    }

    private Command command(String name, String label, Function<String, Reply> start) {
        return new Command(
                AdminForms.NAMESPACE + '#' + name, label, context::isAdmin, (host, _) -> start.apply(host));
    }

    // --- announcements ---

    private Reply announce(String host) {
        return ask("announcement", "Making an Announcement", "Announcement to all who are online", "", text -> {
            int told = announcements.announce(host, "Announcement", text);
            return info("Sessions told: " + told);
        });
    }

    private Reply announceToAll(String host) {
        return ask("announcement", "Making an Announcement", "Announcement to all who have an account", "", text -> {
            announcements.announceToAll(host, "Announcement", text);
            return info("The announcement is on its way");
        });
    }

    private static Reply ask(
            String var, String title, String label, String before, Function<String, Reply> next) {
        Field field = Field.of(var, FieldType.TEXT_MULTI, label, before.lines().toArray(String[]::new));
        DataForm form = AdminForms.ask(title, "Fill out this form.", field.asRequired());
        return new Reply.Ask(form, submitted -> next.apply(text(submitted, var)));
    }

    private static String text(DataForm form, String var) {
        String text = String.join("\n", form.values(var)).strip();
        if (text.isEmpty()) {
            throw AdHocCommands.badPayload("The field " + var + " must be filled in");
        }
        if (text.length() > LONGEST) {
            throw AdHocCommands.badPayload("The text has at most " + LONGEST + " characters");
        }
        return text;
    }

    private static Reply info(String text) {
        return new Reply.Done(null, List.of(new Note(Severity.INFO, text)));
    }

    private static Reply done() {
        return new Reply.Done(null, List.of());
    }

    // --- standing messages ---

    private Reply set(String host, Kind kind) {
        boolean isMotd = kind == Kind.MOTD;
        String before = isMotd ? "" : announcements.standing(host, kind).orElse("");
        return ask(
                isMotd ? "motd" : "welcome",
                isMotd ? "Setting the Message of the Day" : "Setting Welcome Message",
                isMotd ? "Message of the Day" : "Welcome Message",
                before,
                text -> {
                    announcements.set(host, kind, text);
                    return done();
                });
    }

    private Reply editMotd(String host) {
        String before = announcements.standing(host, Kind.MOTD).orElseThrow(AnnounceCommands::nothingStands);
        return ask("motd", "Editing the Message of the Day", "Message of the Day", before, text -> {
            if (!announcements.edit(host, Kind.MOTD, text)) {
                throw nothingStands();
            }
            return done();
        });
    }

    private Reply delete(String host, Kind kind) {
        if (!announcements.delete(host, kind)) {
            throw nothingStands();
        }
        return done();
    }

    private static StanzaException nothingStands() {
        return new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such message");
    }

    // --- the end ---

    private Reply shutDown(String host) {
        AdminOperations.Operation stop =
                context.operation(STOP).orElseThrow(() -> new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED));
        DataForm form = AdminForms.ask(
                "Shutting Down the Service",
                "Fill out this form to shut down the service.",
                Field.list("delay", "Time delay before shutting down", "60", DELAYS),
                Field.of("announcement", FieldType.TEXT_MULTI, "Announcement"));
        return new Reply.Ask(form, submitted -> shutDown(submitted, () -> stop(stop)));
    }

    private Reply shutDown(DataForm form, Runnable stop) {
        Duration delay = delay(form);
        if (!String.join("", form.values("announcement")).isBlank()) {
            String text = text(form, "announcement");
            context.hosts().forEach(host -> announcements.announce(host, "Announcement", text));
        }
        context.time().after(delay, () -> Thread.startVirtualThread(stop));
        return done();
    }

    private static Duration delay(DataForm form) {
        String text = form.value("delay");
        try {
            int seconds = text == null ? 0 : Integer.parseInt(text);
            if (seconds >= 0 && seconds <= LONGEST_DELAY) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw AdHocCommands.badPayload("The delay is a number of seconds, at most " + LONGEST_DELAY);
    }

    private static void stop(AdminOperations.Operation stop) {
        Consumer<String> nobody = _ -> {};
        try {
            stop.resolver().resolve(new AdminCall(Map.of(), new AdminCall.Actor.GlobalAdministrator(), nobody));
        } catch (AdminException e) {
            log.warn("The server does not stop as an administrator asked: {}", e.getMessage());
        }
    }
}
