package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.adhoc.Command.Note;
import im.gatehouse.modules.adhoc.Command.Reply;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the server: who may give which, and how far those are that have begun (XEP-0050). Modules add theirs.
 * Safe from any thread.
 */
public final class AdHocCommands {
    /** The namespace of commands, and the node under which they are listed. */
    public static final String NAMESPACE = "http://jabber.org/protocol/commands";

    private enum Action {
        EXECUTE,
        NEXT,
        COMPLETE,
        PREV,
        CANCEL;

        private final String wire = name().toLowerCase(Locale.ROOT);

        static Action of(Element command) {
            String text = command.attributeOr("action", EXECUTE.wire);
            for (Action action : values()) {
                if (action.wire.equals(text)) {
                    return action;
                }
            }
            throw badRequest("malformed-action", "There is no such action");
        }
    }

    private final Map<String, Command> commands = new ConcurrentSkipListMap<>();
    private final CommandSessions sessions;
    private final Disco.Entity disco;
    private final Disco.Entity accountDisco;

    AdHocCommands(Duration timeout, ModuleContext context) {
        this.sessions = new CommandSessions(timeout, context.time());
        this.disco = context.disco().server();
        this.accountDisco = context.disco().account();
        context.undoLater(disco.addNodeItems(NAMESPACE, this::items));
        context.undoLater(disco.addNode(NAMESPACE, (_, _) -> node("command-list", "Commands")));
        context.undoLater(accountDisco.addNodeItems(
                NAMESPACE, (asked, asker) -> isOwn(asked, asker) ? items(asked, asker) : List.of()));
        context.undoLater(accountDisco.addNode(NAMESPACE, (_, _) -> node("command-list", "Commands")));
    }

    void timeout(Duration timeout) {
        sessions.timeout(timeout);
    }

    /**
     * Adds a command.
     *
     * @return takes it away again
     * @throws IllegalStateException when there is one of that node
     */
    public Runnable add(Command command) {
        if (commands.putIfAbsent(command.node(), command) != null) {
            throw new IllegalStateException("Two commands " + command.node());
        }
        Runnable hide = disco.addNode(command.node(), (_, asker) -> {
            refuseUnlessAllowed(command, asker);
            return node("command-node", command.name());
        });
        Runnable hideFromOwner = accountDisco.addNode(command.node(), (asked, asker) -> {
            if (!isOwn(asked, asker)) {
                throw new StanzaException(Condition.ITEM_NOT_FOUND);
            }
            refuseUnlessAllowed(command, asker);
            return node("command-node", command.name());
        });
        return () -> {
            hide.run();
            hideFromOwner.run();
            commands.remove(command.node(), command);
        };
    }

    private List<Disco.Item> items(Jid asked, Jid asker) {
        return commands.values().stream()
                .filter(command -> command.allowed().test(asker))
                .map(command -> new Disco.Item(asked, command.node(), command.name()))
                .toList();
    }

    private static Disco.Node node(String type, String name) {
        return new Disco.Node(
                List.of(new Disco.Identity("automation", type, name)), Set.of(NAMESPACE, DataForm.NAMESPACE), List.of());
    }

    private static void refuseUnlessAllowed(Command command, Jid requester) {
        if (!command.allowed().test(requester)) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
    }

    /** Whether somebody asks the own account, where the server's commands are within reach as well. */
    private static boolean isOwn(Jid asked, Jid asker) {
        return asked.equals(asker.bare());
    }

    /** Takes a step of a command that is given to the own account. May block. */
    Iq handleOwn(Iq request) {
        if (!isOwn(request.receiver(), request.sender())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
        return handle(request);
    }

    /** Takes a step of a command. May block. */
    Iq handle(Iq request) {
        Element step = request.request();
        Command command = commands.get(step.attributeOr("node", ""));
        if (command == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such command");
        }
        refuseUnlessAllowed(command, request.sender());
        Action action = Action.of(step);
        String id = step.attribute("sessionid");
        return request.result(
                id == null ? begin(command, action, request) : goOn(open(id, command, request), action, step));
    }

    private Element begin(Command command, Action action, Iq request) {
        if (action != Action.EXECUTE) {
            throw badRequest("bad-action", "A command begins with execute");
        }
        Reply reply = command.start().begin(request.receiver().domain(), request.sender());
        return answer(sessions.newId(), request.sender(), command.node(), reply);
    }

    private CommandSessions.Open open(String id, Command command, Iq request) {
        CommandSessions.Open open = sessions.find(id);
        if (open == null && CommandSessions.isId(id)) {
            throw new StanzaException(Condition.NOT_ALLOWED
                    .error("The command is over: it was finished, cancelled or forgotten")
                    .detail(Element.of("session-expired", NAMESPACE)));
        }
        boolean own = open != null
                && open.requester().equals(request.sender())
                && open.node().equals(command.node());
        if (!own) {
            throw badRequest("bad-sessionid", "You have begun no such command");
        }
        return open;
    }

    private Element goOn(CommandSessions.Open open, Action action, Element step) {
        return switch (action) {
            case CANCEL -> {
                sessions.forget(open);
                yield command(open.id(), open.node(), "canceled").build();
            }
            case PREV -> throw badRequest("bad-action", "There is no step before");
            case EXECUTE, NEXT, COMPLETE -> {
                DataForm form = DataForm.of(step.child("x", DataForm.NAMESPACE));
                if (form == null) {
                    throw badPayload("The form is missing");
                }
                yield answer(open.id(), open.requester(), open.node(), open.next().take(form));
            }
        };
    }

    private Element answer(String id, Jid requester, String node, Reply reply) {
        CommandSessions.@Nullable Open before = sessions.find(id);
        return switch (reply) {
            case Reply.Ask(DataForm form, Command.Next next) -> {
                sessions.keep(new CommandSessions.Open(id, requester, node, next));
                yield command(id, node, "executing")
                        .child(Element.builder("actions", NAMESPACE)
                                .attribute("execute", "complete")
                                .child("complete")
                                .build())
                        .child(form.toElement())
                        .build();
            }
            case Reply.Done(DataForm result, List<Note> notes, Element within) -> {
                if (before != null) {
                    sessions.forget(before);
                }
                Element.Builder command = command(id, node, "completed");
                notes.forEach(note -> command.child(toElement(note)));
                Element form = result == null ? null : result.toElement();
                yield command.child(form == null || within == null ? form : form.with(within)).build();
            }
        };
    }

    private static Element.Builder command(String id, String node, String status) {
        return Element.builder("command", NAMESPACE)
                .attribute("node", node)
                .attribute("sessionid", id)
                .attribute("status", status);
    }

    private static Element toElement(Note note) {
        return Element.builder("note", NAMESPACE)
                .attribute("type", note.severity().name().toLowerCase(Locale.ROOT))
                .text(note.text())
                .build();
    }

    /** The refusal of a form that is filled in wrongly; the step may be repeated with a better one. */
    public static StanzaException badPayload(String text) {
        return badRequest("bad-payload", text);
    }

    private static StanzaException badRequest(String detail, String text) {
        return new StanzaException(
                Condition.BAD_REQUEST.error(text).detail(Element.of(detail, NAMESPACE)));
    }
}
