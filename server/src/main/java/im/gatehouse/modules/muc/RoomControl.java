package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What modules that guard rooms do to them; a service for those that require {@code mod_muc}. All but {@link #run} and
 * {@link #ask} is for the room's lane.
 */
public final class RoomControl {
    private final Parts parts;
    private final RoomService service;
    private final RoomErrands errands;

    RoomControl(Parts parts, RoomService service, RoomErrands errands) {
        this.parts = parts;
        this.service = service;
        this.errands = errands;
    }

    /**
     * Does something in the room's lane, after what waits there; the room may be gone by then. Safe from any thread.
     */
    public void run(Room room, Runnable task) {
        room.lane().add(task);
    }

    /** Whether people may come into it: not when it is being set up, and not when it is gone. */
    public boolean isOpen(Room room) {
        return room.state == Room.State.OPEN;
    }

    /**
     * Does something for an administrator in the lane of the room that the call names in {@code room}, and waits.
     *
     * @param task completes the answer, at once or when {@link #configure} is done
     * @throws im.gatehouse.module.AdminException when there is no such room, or it does not answer
     */
    public @Nullable Object ask(AdminCall call, BiConsumer<Room, CompletableFuture<@Nullable Object>> task) {
        return errands.in(call, task::accept);
    }

    /**
     * What the room that the call names in {@code room} shows an administrator.
     *
     * @throws im.gatehouse.module.AdminException when there is no such room, or it does not answer
     */
    public RoomVisit visit(AdminCall call) {
        Object visit = ask(call, (room, done) -> done.complete(new RoomVisit(room.jid(), room.salt, true)));
        return (RoomVisit) Objects.requireNonNull(visit);
    }

    /**
     * Makes a configuration the room's as if its owners had chosen it. To be called last: what follows may run on
     * another thread, the room's later events waiting. Nothing changes when it cannot be stored.
     */
    public void configure(Room room, RoomConfig config, Runnable then) {
        Presence nobodys = Presence.of(Presence.Type.ERROR, Jid.ofDomain(room.jid().domain()), room.jid());
        service.reception().ownerForm().configure(room, nobodys, config, List.of(), null, then);
    }

    /**
     * Turns something on that is off, until {@link #turnOffAgain}, one thing at a time. Whatever its owners have stored
     * meanwhile, this is not: it ends with the server at the latest. They may turn it off themselves.
     */
    public void turnOnForNow(Room room, RoomSetting<Boolean> setting) {
        service.reception().ownerForm().turnOnForNow(room, setting);
    }

    /**
     * Turns off what was turned on for now.
     *
     * @return false when the owners have done so already
     */
    public boolean turnOffAgain(Room room) {
        boolean on = room.forNow() != null;
        service.reception().ownerForm().turnOffAgain(room);
        return on;
    }

    /** The bare addresses of all in the room. */
    public Set<Jid> present(Room room) {
        Set<Jid> users = new HashSet<>();
        room.occupants.all().forEach(occupant -> users.add(occupant.user));
        return users;
    }

    /** The bare addresses of those in the room who have no voice. */
    public Set<Jid> voiceless(Room room) {
        Set<Jid> users = new HashSet<>();
        for (Occupant occupant : room.occupants.all()) {
            if (occupant.role() == Role.VISITOR) {
                users.add(occupant.user);
            }
        }
        return users;
    }

    /** Gives voice to those who are in the room without, or takes it from those without affiliation who have it. */
    public void voice(Room room, Collection<Jid> users, boolean given) {
        if (given) {
            users.forEach(user -> room.roles.remove(user, Role.VISITOR)); // who left meanwhile has voice again, too
        }
        Role from = given ? Role.VISITOR : Role.PARTICIPANT;
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            boolean meant = occupant.role() == from && users.contains(occupant.user);
            if (meant && (given || occupant.affiliation() == Affiliation.NONE)) {
                occupant.become(occupant.affiliation(), given ? Role.PARTICIPANT : Role.VISITOR);
                parts.broadcast.changed(room, occupant, from, null, null);
            }
        }
    }

    /** Sends a message from the room to its owners, be they in it or not. */
    public void tellOwners(Room room, String text) {
        Element body = Element.of("body", Namespaces.CLIENT, text);
        for (Affiliations.Entry entry : room.affiliations.all()) {
            if (entry.affiliation() == Affiliation.OWNER) {
                Message told = Message.of(Message.Type.NORMAL, room.jid(), entry.jid(), parts.randomId(), body);
                parts.router.route(told, room.lane());
            }
        }
    }
}
