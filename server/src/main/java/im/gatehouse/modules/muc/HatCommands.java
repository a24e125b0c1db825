package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Hats.Hat;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands by which the admins of a room make hats and give them to people (XEP-0317, XEP-0050). Each has one form at
 * most, and nothing is remembered between showing it and taking it. In the room's lane.
 */
final class HatCommands {
    private static final String FORM = "urn:xmpp:hats:commands";
    private static final String TITLE = "hats#title";
    private static final String URI = "hats#uri";
    private static final String HUE = "hats#hue";
    private static final String WEARER = "hats#jid";

    /** Bytes of a URI or a title at most. */
    private static final int MOST_BYTES = 1_000;

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
            this.node = FORM + ':' + name;
            this.title = title;
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
        if (actor.rules()) {
            for (Command command : Command.values()) {
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
        if (!Actor.of(parts, room, iq.sender()).rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners deal with hats");
        }
        if ("cancel".equals(step.attribute("action"))) {
            answer(room, iq, "canceled", null);
            return;
        }
        DataForm form = DataForm.of(step.child("x", DataForm.NAMESPACE));
        switch (command) {
            case LIST -> answer(room, iq, "completed", table(List.of(TITLE, URI, HUE), hats(room)));
            case LIST_ASSIGNED -> answer(
                    room, iq, "completed", table(List.of(WEARER, URI, TITLE, HUE), wearers(room)));
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
        Field which = new Field(URI, FieldType.LIST_SINGLE, "Hat", List.of(), options, true);
        Field who = Field.of(WEARER, FieldType.JID_SINGLE, "Address").asRequired();
        List<Field> fields =
                switch (command) {
                    case CREATE -> List.of(
                            Field.of(TITLE, FieldType.TEXT_SINGLE, "Title").asRequired(),
                            Field.of(URI, FieldType.TEXT_SINGLE, "URI").asRequired(),
                            Field.of(HUE, FieldType.TEXT_SINGLE, "Hue, an angle in degrees"));
                    case DESTROY -> List.of(which);
                    case ASSIGN, UNASSIGN -> List.of(who, which);
                    case LIST, LIST_ASSIGNED -> List.of();
                };
        return DataForm.of(DataForm.Type.FORM, FORM, command.title, fields);
    }

    private static Hats changed(Room room, Command command, DataForm form) {
        Hats hats = room.hats;
        String uri = required(form, URI);
        if (command == Command.CREATE) {
            return hats.with(new Hat(uri, required(form, TITLE), hue(form)));
        }
        if (!hats.known().containsKey(uri)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such hat");
        }
        return switch (command) {
            case ASSIGN -> hats.givenTo(wearer(form), uri);
            case UNASSIGN -> hats.takenFrom(wearer(form), uri);
            default -> hats.without(uri);
        };
    }

    private static String required(DataForm form, String var) {
        List<String> values = RoomSetting.several(form, var);
        if (values == null || values.size() != 1 || values.getFirst().isBlank()) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " needs a value");
        }
        String value = values.getFirst().strip();
        if (value.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES || value.contains("\n")) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + var + " is too long");
        }
        return value;
    }

    private static @Nullable String hue(DataForm form) {
        String hue = form.value(HUE);
        if (hue == null || hue.isBlank()) {
            return null;
        }
        try {
            double angle = Double.parseDouble(hue.strip());
            if (angle >= 0 && angle <= 360) {
                return hue.strip();
            }
        } catch (NumberFormatException _) {
            // the same answer as for an angle that is none
        }
        throw new StanzaException(Condition.NOT_ACCEPTABLE, "A hue is an angle from 0 to 360");
    }

    private static Jid wearer(DataForm form) {
        try {
            return Jid.parse(required(form, WEARER)).bare();
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
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

    private static List<Map<String, @Nullable String>> hats(Room room) {
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        room.hats.known().values().forEach(hat -> rows.add(row(hat, null)));
        return rows;
    }

    private static List<Map<String, @Nullable String>> wearers(Room room) {
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        room.hats.worn().forEach((wearer, uris) -> {
            for (String uri : uris) {
                Hat hat = room.hats.known().get(uri);
                if (hat != null) {
                    rows.add(row(hat, wearer));
                }
            }
        });
        return rows;
    }

    private static Map<String, @Nullable String> row(Hat hat, @Nullable Jid wearer) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        row.put(WEARER, wearer == null ? null : wearer.toString());
        row.put(URI, hat.uri());
        row.put(TITLE, hat.title());
        row.put(HUE, hat.hue());
        return row;
    }

    /** A form that shows rows (XEP-0004 section 3.4). */
    private static Element table(List<String> columns, List<Map<String, @Nullable String>> rows) {
        Element.Builder reported = Element.builder("reported", DataForm.NAMESPACE);
        columns.forEach(column -> reported.child(field(column, null)));
        Element.Builder form = Element.builder("x", DataForm.NAMESPACE)
                .attribute("type", DataForm.Type.RESULT.wire())
                .child(Element.builder("field", DataForm.NAMESPACE)
                        .attribute("var", "FORM_TYPE")
                        .attribute("type", FieldType.HIDDEN.wire())
                        .child("value", FORM)
                        .build())
                .child(reported.build());
        for (Map<String, @Nullable String> row : rows) {
            Element.Builder item = Element.builder("item", DataForm.NAMESPACE);
            for (String column : columns) {
                String value = row.get(column);
                if (value != null) {
                    item.child(field(column, value));
                }
            }
            form.child(item.build());
        }
        return form.build();
    }

    private static Element field(String var, @Nullable String value) {
        return Element.builder("field", DataForm.NAMESPACE)
                .attribute("var", var)
                .child("value", value)
                .build();
    }
}
