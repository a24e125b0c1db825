package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.muc.setting.AllowInvites;
import im.gatehouse.modules.muc.setting.AllowPrivateMessages;
import im.gatehouse.modules.muc.setting.ChangeSubject;
import im.gatehouse.modules.muc.setting.Description;
import im.gatehouse.modules.muc.setting.MaxUsers;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Moderated;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.PublicRoom;
import im.gatehouse.modules.muc.setting.Title;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What administrators ask about rooms and do with them. Names as MongooseIM's. */
final class RoomOperations {
    private static final int MOST_ROOMS = 1_000;
    private static final int PATIENCE_SECONDS = 20;

    private final Parts parts;
    private final RoomService service;
    private final Set<String> domains;

    RoomOperations(Parts parts, RoomService service, Set<String> domains) {
        this.parts = parts;
        this.service = service;
        this.domains = domains;
    }

    AdminOperations operations() {
        return AdminOperations.ofResource(RoomOperations.class, "muc.graphqls")
                .global("MUCAdminQuery", "listRooms", this::listRooms)
                .global("MUCAdminQuery", "getRoomConfig", call -> in(call, (room, done) -> done.complete(config(room))))
                .global("MUCAdminQuery", "listRoomUsers", call -> in(call, (room, done) -> done.complete(users(room))))
                .global("MUCAdminQuery", "listRoomAffiliations", this::listRoomAffiliations)
                .global("MUCAdminMutation", "createInstantRoom", this::createInstantRoom)
                .global("MUCAdminMutation", "kickUser", this::kickUser)
                .global("MUCAdminMutation", "setUserAffiliation", this::setUserAffiliation)
                .global("MUCAdminMutation", "deleteRoom", this::deleteRoom);
    }

    // --- asking ---

    private Map<String, Object> listRooms(AdminCall call) {
        String domain = domain(call.string("mucDomain"));
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

    private static Map<String, Object> config(Room room) {
        Map<String, Object> config = new HashMap<>();
        config.put("title", room.config(Title.SETTING));
        config.put("description", room.config(Description.SETTING));
        config.put("allowChangeSubject", room.config(ChangeSubject.SETTING));
        config.put(
                "allowPrivateMessages",
                room.config(AllowPrivateMessages.SETTING) == AllowPrivateMessages.Who.ANYONE);
        config.put("public", room.config(PublicRoom.SETTING));
        config.put("persistent", room.config(Persistent.SETTING));
        config.put("moderated", room.config(Moderated.SETTING));
        config.put("membersOnly", room.config(MembersOnly.SETTING));
        config.put("allowUserInvites", room.config(AllowInvites.SETTING));
        config.put("passwordProtected", !room.config(Password.SETTING).isEmpty());
        config.put("anonymous", !room.isNonAnonymous());
        if (room.config(MaxUsers.SETTING) > 0) {
            config.put("maxUsers", room.config(MaxUsers.SETTING));
        }
        return config;
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
        return in(call, (room, done) -> done.complete(room.affiliations.all().stream()
                .filter(entry -> wanted == null || entry.affiliation().name().equals(wanted))
                .map(entry -> Map.<String, Object>of(
                        "jid", entry.jid(), "affiliation", entry.affiliation().name()))
                .toList()));
    }

    // --- doing ---

    private @Nullable Object createInstantRoom(AdminCall call) {
        Jid address = address(call.string("name"), domain(call.string("mucDomain")));
        Jid owner = call.jid("owner").bare();
        String nick = call.optionalString("nick");
        return inAny(address, (room, done) -> {
            if (room.state != Room.State.ABSENT) {
                done.completeExceptionally(new AdminException("room_already_exists", "There is a room of this name"));
                return;
            }
            service.reception().joining().make(room, owner);
            room.affiliations.put(new Affiliations.Entry(
                    owner, Affiliation.OWNER, nick == null || nick.isBlank() ? null : nick, null));
            service.reception()
                    .ownerForm()
                    .configure(
                            room,
                            nobodysRequest(room),
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

    private static Jid address(String name, String domain) {
        try {
            return Jid.of(name, domain);
        } catch (InvalidJidException e) {
            throw new AdminException("invalid_room_name", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Object kickUser(AdminCall call) {
        String nick = call.string("nick");
        String reason = call.optionalString("reason");
        return in(call, (room, done) -> {
            if (service.reception().adminLists().ordered(room, nick, Role.NONE, reason)) {
                done.complete("User kicked successfully");
            } else {
                done.completeExceptionally(
                        new AdminException("user_not_found", "Nobody of this nick is in the room").with("nick", nick));
            }
        });
    }

    private @Nullable Object setUserAffiliation(AdminCall call) {
        Jid user = call.jid("user").bare();
        Affiliation affiliation = Affiliation.valueOf(call.string("affiliation"));
        return in(call, (room, done) -> {
            Affiliations.Entry before = room.affiliations.entry(user);
            boolean lastOwner = before != null
                    && before.affiliation() == Affiliation.OWNER
                    && affiliation != Affiliation.OWNER
                    && room.affiliations.owners() == 1;
            if (lastOwner) {
                done.completeExceptionally(new AdminException("last_owner", "A room needs an owner"));
                return;
            }
            Affiliations.Entry entry =
                    new Affiliations.Entry(user, affiliation, before == null ? null : before.nick(), null);
            service.reception().changes().store(
                    room,
                    nobodysRequest(room),
                    List.of(entry),
                    null,
                    _ -> done.complete("Affiliation set successfully"));
        });
    }

    private @Nullable Object deleteRoom(AdminCall call) {
        String reason = call.optionalString("reason");
        return in(call, (room, done) -> service.reception()
                .ownerForm()
                .destroy(room, reason, () -> done.complete("Room deleted successfully")));
    }

    /** Stands for the administrator's wish where a stanza is wanted; it can not be answered. */
    private static Stanza nobodysRequest(Room room) {
        return Presence.of(Presence.Type.ERROR, Jid.ofDomain(room.jid().domain()), room.jid());
    }

    // --- how it is done ---

    private String domain(String domain) {
        if (!domains.contains(domain)) {
            throw new AdminException("muc_server_not_found", "No rooms are served at this domain")
                    .with("mucDomain", domain);
        }
        return domain;
    }

    /** Does something in a room that there must be. */
    @Nullable Object in(AdminCall call, BiConsumer<Room, CompletableFuture<@Nullable Object>> task) {
        Jid address = call.jid("room").bare();
        return inAny(address, (room, done) -> {
            if (room.state == Room.State.OPEN || room.state == Room.State.LOCKED) {
                task.accept(room, done);
            } else {
                done.completeExceptionally(
                        new AdminException("room_not_found", "There is no such room").with("room", address));
            }
        });
    }

    /** Does something in a room's lane and waits; what is not done at the end of the task could not be stored. */
    private @Nullable Object inAny(Jid address, BiConsumer<Room, CompletableFuture<@Nullable Object>> task) {
        if (!domains.contains(address.domain()) || !address.hasLocal()) {
            throw new AdminException("room_not_found", "There is no such room").with("room", address);
        }
        AdminException failed = new AdminException("storage_failed", "The database did not take it; see the log");
        CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
        service.reception().open(
                service.room(address),
                room -> {
                    task.accept(room, done);
                    done.completeExceptionally(failed);
                },
                () -> done.completeExceptionally(failed));
        return await(done);
    }

    private static @Nullable Object await(CompletableFuture<@Nullable Object> done) {
        try {
            return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AdminException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException _) {
            throw new AdminException("timeout", "The room is too busy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminException("interrupted", "The server stops");
        }
    }
}
