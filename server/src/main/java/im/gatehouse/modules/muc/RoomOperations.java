package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.PublicRoom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What administrators ask about rooms, and how they make and end them. Names as MongooseIM's. */
final class RoomOperations {
    private static final int MOST_ROOMS = 1_000;

    private final Parts parts;
    private final RoomService service;
    private final RoomErrands errands;

    RoomOperations(Parts parts, RoomService service, RoomErrands errands) {
        this.parts = parts;
        this.service = service;
        this.errands = errands;
    }

    /**
     * All operations on rooms. An administrator of a host has those on its rooms; what is done in somebody's name is
     * for the administrator of that user's host, because the rules of the room bind the user.
     */
    AdminOperations operations() {
        AdminOperations operations = AdminOperations.ofResource(RoomOperations.class, "muc.graphqls")
                .forDomainOf("mucDomain", "MUCAdminQuery", "listRooms", this::listRooms)
                .forDomainOf("room", "MUCAdminQuery", "listRoomUsers", call ->
                        errands.in(call, (room, done) -> done.complete(users(room))))
                .forDomainOf("room", "MUCAdminQuery", "listRoomAffiliations", this::listRoomAffiliations)
                .forDomainOf("mucDomain", "MUCAdminMutation", "createInstantRoom", this::createInstantRoom)
                .forDomainOf("room", "MUCAdminMutation", "deleteRoom", this::deleteRoom);
        new RoomConfigOperations(service, errands).addTo(operations);
        return new OccupantOperations(parts, service, errands).addTo(operations);
    }

    // --- asking ---

    private Map<String, Object> listRooms(AdminCall call) {
        String domain = errands.domain(call.string("mucDomain"));
        Jid from = call.optional("from", Jid.class);
        boolean all = from == null || parts.isAdmin.test(from);
        List<RoomDirectory.Entry> rooms =
                all ? List.copyOf(service.directory().rooms(domain)) : service.directory().listed(domain);
        int index = Math.min(call.integer("index", 0), rooms.size());
        int limit = Math.min(call.integer("limit", MOST_ROOMS), MOST_ROOMS);
        List<RoomDirectory.Entry> shown = rooms.subList(index, Math.min(rooms.size(), index + limit));
        Map<String, Object> answer = new HashMap<>();
        answer.put("rooms", shown.stream().map(RoomOperations::description).toList());
        answer.put("count", rooms.size());
        answer.put("index", index);
        if (!shown.isEmpty()) {
            answer.put("first", shown.getFirst().name());
            answer.put("last", shown.getLast().name());
        }
        return answer;
    }

    private static Map<String, Object> description(RoomDirectory.Entry room) {
        return Map.of(
                "jid", room.jid(),
                "title", room.name(),
                "private", !room.open(),
                "usersNumber", room.occupants());
    }

    private static List<Map<String, Object>> users(Room room) {
        return room.occupants.all().stream()
                .map(occupant -> Map.<String, Object>of(
                        "jid", occupant.shown().jid,
                        "nick", occupant.nick(),
                        "role", occupant.role().name()))
                .toList();
    }

    private @Nullable Object listRoomAffiliations(AdminCall call) {
        String wanted = call.optionalString("affiliation");
        return errands.in(call, (room, done) -> done.complete(room.affiliations.all().stream()
                .filter(entry -> wanted == null || entry.affiliation().name().equals(wanted))
                .map(entry -> Map.<String, Object>of(
                        "jid", entry.jid(), "affiliation", entry.affiliation().name()))
                .toList()));
    }

    // --- making and ending ---

    private @Nullable Object createInstantRoom(AdminCall call) {
        Jid address = RoomErrands.address(call.string("name"), errands.domain(call.string("mucDomain")));
        Jid owner = call.jid("owner").bare();
        String wanted = call.optionalString("nick");
        return errands.inAny(address, (room, done) -> {
            if (room.state != Room.State.ABSENT) {
                done.completeExceptionally(new AdminException("room_already_exists", "There is a room of this name"));
                return;
            }
            String nick = wanted == null || wanted.isBlank() ? null : Nicks.prepared(room, wanted);
            service.reception().joining().make(room, owner);
            room.affiliations.put(new Affiliations.Entry(owner, Affiliation.OWNER, nick, null));
            service.reception()
                    .ownerForm()
                    .configure(
                            room,
                            RoomErrands.nobodysRequest(room),
                            room.config().with(Persistent.SETTING, true),
                            List.of(),
                            null,
                            () -> done.complete(description(new RoomDirectory.Entry(
                                    address, address.local(), room.config(PublicRoom.SETTING), true, 0))));
            if (!room.stored) {
                room.state(Room.State.ABSENT);
            }
        });
    }

    private @Nullable Object deleteRoom(AdminCall call) {
        String reason = call.optionalString("reason");
        return errands.in(call, (room, done) -> service.reception()
                .ownerForm()
                .destroy(room, reason, () -> done.complete("Room deleted successfully")));
    }
}
