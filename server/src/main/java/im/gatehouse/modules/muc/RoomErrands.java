package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Does in a room's lane what an administrator asks for, and waits for it. For virtual threads. */
final class RoomErrands {
    private static final int PATIENCE_SECONDS = 20;

    private final RoomService service;
    private final Set<String> domains;

    /**
     * @param domains where rooms are served
     */
    RoomErrands(RoomService service, Set<String> domains) {
        this.service = service;
        this.domains = domains;
    }

    /** What is done in a room. It completes the future; what it leaves open at its end could not be stored. */
    interface Errand extends BiConsumer<Room, CompletableFuture<@Nullable Object>> {}

    /**
     * A domain of rooms.
     *
     * @throws AdminException when it is none
     */
    String domain(String domain) {
        if (!domains.contains(domain)) {
            throw new AdminException("muc_server_not_found", "No rooms are served at this domain")
                    .with("mucDomain", domain);
        }
        return domain;
    }

    static Jid address(String name, String domain) {
        try {
            return Jid.of(name, domain);
        } catch (InvalidJidException e) {
            throw new AdminException("invalid_room_name", String.valueOf(e.getMessage()));
        }
    }

    /** Stands for the administrator's wish where a stanza is wanted; it can not be answered. */
    static Stanza nobodysRequest(Room room) {
        return Presence.of(Presence.Type.ERROR, Jid.ofDomain(room.jid().domain()), room.jid());
    }

    /** Does something in the room that the argument {@code room} names. */
    @Nullable Object in(AdminCall call, Errand errand) {
        Jid address = call.jid("room").bare();
        return inAny(address, (room, done) -> {
            if (room.state == Room.State.OPEN || room.state == Room.State.LOCKED) {
                errand.accept(room, done);
            } else {
                done.completeExceptionally(
                        new AdminException("room_not_found", "There is no such room").with("room", address));
            }
        });
    }

    /** Does something in a room, whether there is one of that name or not. */
    @Nullable Object inAny(Jid address, Errand errand) {
        if (!domains.contains(address.domain()) || !address.hasLocal()) {
            throw new AdminException("room_not_found", "There is no such room").with("room", address);
        }
        AdminException failed = new AdminException("storage_failed", "The database did not take it; see the log");
        CompletableFuture<@Nullable Object> done = new CompletableFuture<>();
        service.reception().open(
                service.room(address),
                room -> {
                    try {
                        errand.accept(room, done);
                    } catch (StanzaException e) {
                        done.completeExceptionally(refused(e));
                    } catch (AdminException e) {
                        done.completeExceptionally(e);
                    } finally {
                        done.completeExceptionally(failed); // nobody waits for what will not come
                    }
                },
                () -> done.completeExceptionally(failed));
        return await(done);
    }

    private static AdminException refused(StanzaException e) {
        String text = e.error().text();
        return new AdminException(e.error().condition().wire().replace('-', '_'), text == null ? "Refused" : text);
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
