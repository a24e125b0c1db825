package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.modules.muc.Hats.Hat;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands by which the admins of a room make hats and give them to people (XEP-0317, XEP-0050). Each has one form
 * at most, and nothing is remembered between showing it and taking it. In the room's lane.
 */
final class HatCommands {
    /** What there is to do. */
    private enum Command {
        CREATE("create", "Make a hat"),
        DESTROY("destroy", "Do away with a hat"),
        LIST("list", "List the hats"),
        ASSIGN("assign", "Give a hat to somebody"),
        UNASSIGN("unassign", "Take a hat from somebody"),
        LIST_ASSIGNED("list-assigned", "List who wears hats");

        private final String node;
        private final String title;

        Command(String name, String title) {
            this.node = HatForms.FORM + ':' + name;
            this.title = title;
        }

        /** Which hats there are, everybody in the room may know, for all see them; who wears them goes by addresses. */
        boolean isFor(Actor actor) {
            return actor.rules() || this == LIST && actor.role() != Role.NONE;
        }

        static @Nullable Command of(@Nullable String node) {
            for (Command command : values()) {
                if (command.node.equals(node)) {
                    return command;
                }
            }
            return null;
        }
    }

    private final Parts parts;
    private final Commits commits;

    HatCommands(Parts parts, Commits commits) {
        this.parts = parts;
        this.commits = commits;
    }

    // --- discovery ---

    /** The commands that somebody may give, as discovery lists them. */
    static Element list(Room room, Actor actor) {
        Element.Builder query = Element.builder("query", Muc.DISCO_ITEMS).attribute("node", Muc.COMMANDS);
        for (Command command : Command.values()) {
            if (command.isFor(actor)) {
                query.child(Element.builder("item", Muc.DISCO_ITEMS)
                        .attribute("jid", room.jid().toString())
                        .attribute("node", command.node)
                        .attribute("name", command.title)
                        .build());
            }
        }
        return query.build();
    }

    /** What discovery tells of a command, or null where the node is none. */
    static @Nullable Element describe(String node) {
        Command command = Command.of(node);
        if (command == null) {
            return null;
        }
        return Element.builder("query", Muc.DISCO_INFO)
                .attribute("node", node)
                .child(Element.builder("identity", Muc.DISCO_INFO)
                        .attribute("category", "automation")
                        .attribute("type", "command-node")
                        .attribute("name", command.title)
                        .build())
                .child(RoomDisco.feature(Muc.COMMANDS))
                .child(RoomDisco.feature(DataForm.NAMESPACE))
                .build();
    }

    // --- doing ---

    void receive(Room room, Iq iq) {
        Element step = iq.request();
        Command command = Command.of(step.attribute("node"));
        if (iq.type() != Iq.Type.SET || !step.name().equals("command") || command == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such command");
        }
        if (!command.isFor(Actor.of(parts, room, iq.sender()))) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners deal with hats");
        }
        if ("cancel".equals(step.attribute("action"))) {
            answer(room, iq, "canceled", null);
            return;
        }
        DataForm form = DataForm.of(step.child("x", DataForm.NAMESPACE));
        switch (command) {
            case LIST -> answer(room, iq, "completed", HatForms.hats(room));
            case LIST_ASSIGNED -> answer(room, iq, "completed", HatForms.wearers(room));
            case CREATE, DESTROY, ASSIGN, UNASSIGN -> {
                if (form == null) {
                    answer(room, iq, "executing", form(room, command).toElement());
                } else {
                    change(room, iq, changed(room, command, form));
                }
            }
        }
    }

    private static DataForm form(Room room, Command command) {
        List<Option> options = room.hats.known().values().stream()
                .map(hat -> new Option(hat.uri(), hat.title()))
                .toList();
        Field which = new Field(HatForms.URI, FieldType.LIST_SINGLE, "Hat", List.of(), options, true);
        Field who = Field.of(HatForms.WEARER, FieldType.JID_SINGLE, "Address").asRequired();
        List<Field> fields =
                switch (command) {
                    case CREATE -> List.of(
                            Field.of(HatForms.TITLE, FieldType.TEXT_SINGLE, "Title").asRequired(),
                            Field.of(HatForms.URI, FieldType.TEXT_SINGLE, "URI").asRequired(),
                            Field.of(HatForms.HUE, FieldType.TEXT_SINGLE, "Hue, an angle in degrees"));
                    case DESTROY -> List.of(which);
                    case ASSIGN, UNASSIGN -> List.of(who, which);
                    case LIST, LIST_ASSIGNED -> List.of();
                };
        return DataForm.of(DataForm.Type.FORM, HatForms.FORM, command.title, fields);
    }

    private static Hats changed(Room room, Command command, DataForm form) {
        Hats hats = room.hats;
        String uri = HatForms.required(form, HatForms.URI);
        if (command == Command.CREATE) {
            return hats.with(new Hat(uri, HatForms.required(form, HatForms.TITLE), HatForms.hue(form)));
        }
        if (!hats.known().containsKey(uri)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such hat");
        }
        return switch (command) {
            case ASSIGN -> hats.givenTo(HatForms.wearer(form), uri);
            case UNASSIGN -> hats.takenFrom(HatForms.wearer(form), uri);
            default -> hats.without(uri);
        };
    }

    private void change(Room room, Iq iq, Hats hats) {
        boolean listChanged = !hats.known().equals(room.hats.known());
        commits.commit(room, iq, db -> parts.hats.put(db, room.jid(), hats), () -> {
            Hats before = room.hats;
            room.hats = hats;
            answer(room, iq, "completed", null);
            for (Occupant occupant : List.copyOf(room.occupants.all())) {
                Element now = hats.of(occupant.user);
                if (now == null ? before.of(occupant.user) != null : !now.equals(before.of(occupant.user))) {
                    occupant.hats(now);
                    parts.broadcast.show(room, occupant);
                }
            }
            if (listChanged) {
                parts.broadcast.tell(room, Status.CONFIGURATION_CHANGED);
            }
        });
    }

    // --- answering ---

    private void answer(Room room, Iq iq, String status, @Nullable Element form) {
        String session = iq.request().attribute("sessionid");
        Element.Builder command = Element.builder("command", Muc.COMMANDS)
                .attribute("node", iq.request().attribute("node"))
                .attribute("sessionid", session == null ? parts.randomId() : session)
                .attribute("status", status);
        if (status.equals("executing")) {
            command.child(Element.builder("actions", Muc.COMMANDS)
                    .attribute("execute", "complete")
                    .child("complete")
                    .build());
        }
        parts.router.route(iq.result(command.child(form).build()), room.lane());
    }
}
