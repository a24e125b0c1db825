package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets other modules answer those who may come into a room, without anybody in the room waiting for it. */
final class Visits {
    private static final Logger log = LoggerFactory.getLogger(Visits.class);
    private static final int PATIENCE_SECONDS = 20;
    private static final StanzaError NOT_NOW =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    private final Parts parts;
    private final RoomService service;

    Visits(Parts parts, RoomService service) {
        this.parts = parts;
        this.service = service;
    }

    /** Takes a request of a kind that another module answers. In the asker's lane, on a virtual thread. */
    void receive(Iq request, RoomRequests requests, Lane lane) {
        Stanza answer;
        try {
            answer = requests.answer(request, visit(request));
        } catch (StanzaException e) {
            answer = refuse(request, e.error());
        } catch (StorageException e) {
            log.warn("A request to a room could not be answered: {}", e.getMessage());
            answer = refuse(request, NOT_NOW);
        } catch (RuntimeException e) {
            log.warn("A request to a room failed", e);
            answer = refuse(request, Condition.INTERNAL_SERVER_ERROR.error());
        }
        parts.router.route(answer, lane);
    }

    private static Stanza refuse(Iq request, StanzaError error) {
        return request.refuse(error.by(request.receiver()));
    }

    private RoomVisit visit(Iq request) {
        Jid address = request.receiver().bare();
        CompletableFuture<RoomVisit> found = new CompletableFuture<>();
        service.reception().open(
                service.room(address),
                room -> {
                    try {
                        found.complete(visit(room, request.sender()));
                    } catch (RuntimeException e) { // whoever waits for it answers
                        found.completeExceptionally(e);
                    }
                },
                () -> found.completeExceptionally(new StanzaException(NOT_NOW)));
        try {
            return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StanzaException refused ? refused : new IllegalStateException(e.getCause());
        } catch (TimeoutException _) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "The room is too busy");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StanzaException(NOT_NOW);
        }
    }

    /**
     * Whoever is in the room, and whoever could come in without a password or, as an owner, can read it; nobody else.
     */
    private RoomVisit visit(Room room, Jid asker) {
        Affiliation affiliation = parts.affiliation(room, asker);
        boolean there = room.state == Room.State.OPEN
                || room.state == Room.State.LOCKED && affiliation == Affiliation.OWNER;
        if (!there) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such room");
        }
        Seat seat = room.occupants.seat(asker);
        boolean open = (!room.config(MembersOnly.SETTING) || affiliation.atLeast(Affiliation.MEMBER))
                && (room.config(Password.SETTING).isEmpty() || affiliation == Affiliation.OWNER);
        if (affiliation == Affiliation.OUTCAST || seat == null && !open) {
            throw new StanzaException(Condition.FORBIDDEN, "You may not come into this room");
        }
        boolean moderates = seat != null && seat.occupant.role() == Role.MODERATOR
                || affiliation.atLeast(Affiliation.ADMIN);
        return new RoomVisit(room.jid(), room.salt, room.isNonAnonymous() || moderates);
    }
}
