package im.gatehouse.modules.muc;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a stanza to a room, in the room's lane, and gives it to whoever knows what to do with it. */
final class Reception {
    private static final Logger log = LoggerFactory.getLogger(Reception.class);
    private static final StanzaError NOT_LOADED = Condition.INTERNAL_SERVER_ERROR
            .error("The room cannot be read at present")
            .type(StanzaError.Type.WAIT);

    /** The protocols of those who rule a room. */
    private static final Set<String> RULING = Set.of(Muc.ADMIN, Muc.OWNER);

    private final Parts parts;
    private final RoomService service;
    private final Leaving leaving;
    private final Commits commits;
    private final Joining joining;
    private final Conversation conversation;
    private final Relay relay;
    private final AdminLists adminLists;
    private final ListChanges listChanges;
    private final OwnerForm ownerForm;
    private final RoomDisco disco;
    private final Registration registration;
    private final AffiliationChanges changes;
    private final Retractions retractions;
    private final Ghosts ghosts;
    private final RoomCards cards;
    private final HatCommands hatCommands;

    Reception(Parts parts, RoomService service, Leaving leaving, RoomDirectory directory) {
        this.parts = parts;
        this.service = service;
        this.leaving = leaving;
        this.commits = new Commits(parts);
        this.changes = new AffiliationChanges(parts, leaving, commits);
        this.joining = new Joining(parts, service, leaving, commits, directory);
        this.relay = new Relay(parts);
        this.listChanges = new ListChanges(parts, leaving, changes);
        this.adminLists = new AdminLists(parts, listChanges);
        this.ownerForm = new OwnerForm(parts, leaving, commits, directory, changes);
        this.disco = new RoomDisco(parts);
        this.registration = new Registration(parts, changes);
        this.ghosts = new Ghosts(parts, leaving);
        this.retractions = new Retractions(parts, commits);
        this.cards = new RoomCards(parts, commits);
        this.hatCommands = new HatCommands(parts, commits);
        this.conversation = new Conversation(parts, commits, changes, registration, retractions);
    }

    OwnerForm ownerForm() {
        return ownerForm;
    }

    AffiliationChanges changes() {
        return changes;
    }

    Ghosts ghosts() {
        return ghosts;
    }

    ListChanges listChanges() {
        return listChanges;
    }

    Joining joining() {
        return joining;
    }

    /** Handles a stanza, in the room's lane. */
    void handle(Room room, Stanza stanza) {
        switch (room.state) {
            case GONE -> {
                service.enter(stanza, room.lane());
                room.lane().last(room::takeOwed);
            }
            case UNKNOWN -> room.lane().blocking(() -> {
                try {
                    if (load(room)) {
                        serve(room, stanza);
                    } else {
                        parts.bounce(room, stanza, NOT_LOADED);
                    }
                } finally {
                    forgetUnlessMade(room);
                }
            });
            case ABSENT, LOCKED, OPEN -> serve(room, stanza);
        }
    }

    /**
     * Does something with a room on behalf of an administrator, in its lane on a virtual thread.
     *
     * @param task is given the room as it is; nothing is done while the database cannot be read
     * @param failed is called instead when the room cannot be read
     */
    void open(Room room, Consumer<Room> task, Runnable failed) {
        room.lane().add(() -> room.lane().blocking(() -> {
            if (room.state == Room.State.GONE) {
                open(service.room(room.jid()), task, failed);
                return;
            }
            try {
                if (room.state != Room.State.UNKNOWN || load(room)) {
                    task.accept(room);
                } else {
                    failed.run();
                }
            } finally {
                forgetUnlessMade(room);
            }
        }));
    }

    private void forgetUnlessMade(Room room) {
        if (room.state == Room.State.ABSENT || room.state == Room.State.UNKNOWN) {
            service.forget(room);
        }
    }

    /** A boundary: a room whose rows are damaged is not read, and whoever asks for it hears so. */
    private boolean load(Room room) {
        try {
            RoomStore.Stored stored = parts.database.read(db -> {
                room.cardHashes = parts.cards.hashes(db, room.jid());
                room.hats = parts.hats.load(db, room.jid());
                return parts.store.load(db, room.jid());
            });
            if (stored == null) {
                room.state(Room.State.ABSENT);
            } else {
                restore(room, stored);
            }
            return true;
        } catch (StorageException e) {
            log.warn("A room could not be read: {}", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            log.warn("The room {} is damaged in the database", room.jid(), e);
            return false;
        }
    }

    private void restore(Room room, RoomStore.Stored stored) {
        room.stored = true;
        room.salt = stored.salt();
        room.config(parts.hooks.settings().restored(stored.settings()));
        stored.affiliations().forEach(room.affiliations::put);
        room.subject = stored.subject();
        room.history.restore(stored.history());
        room.history.trim(parts.historyLength(room));
        room.state(Room.State.OPEN);
    }

    /** The boundary: whatever goes wrong with one stanza is answered, and the room goes on. */
    void serve(Room room, Stanza stanza) {
        room.usedAt = parts.time.nanos();
        try {
            switch (stanza) {
                case Message message -> message(room, message);
                case Presence presence -> presence(room, presence);
                case Iq iq -> iq(room, iq);
            }
        } catch (StanzaException e) {
            refuse(room, stanza, e.error());
        } catch (RuntimeException e) {
            log.warn("A stanza for a room failed", e);
            refuse(room, stanza, Condition.INTERNAL_SERVER_ERROR.error());
        }
        room.lane().last(room::takeOwed);
    }

    /**
     * Who cannot come in sees by the element of the protocol that it was the room that refused; who rules sees what was
     * refused (XEP-0045 section 8.4).
     */
    private void refuse(Room room, Stanza stanza, StanzaError error) {
        if (stanza instanceof Presence presence && presence.type() == Presence.Type.AVAILABLE) {
            List<Element> x = List.of(Element.of("x", Muc.JOIN));
            parts.router.route(presence.refuse(error.by(room.jid()), x), room.lane());
        } else if (stanza instanceof Iq iq && iq.isRequest() && RULING.contains(iq.request().namespace())) {
            parts.router.route(iq.refuse(error.by(room.jid()), List.of(iq.request())), room.lane());
        } else {
            parts.bounce(room, stanza, error);
        }
    }

    private void message(Room room, Message message) {
        if (message.type() == Message.Type.ERROR) {
            boolean gone = leaving.bounced(room, message);
            if (message.receiver().isBare()) {
                conversation.cameBack(room, message);
            } else if (!gone) {
                conversation.relayError(room, message);
            }
            return;
        }
        mustExist(room, message);
        conversation.receive(room, message);
    }

    private void presence(Room room, Presence presence) {
        switch (presence.type()) {
            case AVAILABLE -> joining.available(room, presence);
            case UNAVAILABLE -> leaving.unavailable(room, presence);
            case ERROR -> leaving.bounced(room, presence);
            case PROBE -> log.debug("A probe of a room is ignored");
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> throw new StanzaException(
                    Condition.NOT_ALLOWED, "One joins a room and does not subscribe to its presence");
        }
    }

    private void iq(Room room, Iq iq) {
        if (iq.receiver().isFull()) {
            relay.receive(room, iq);
            return;
        }
        if (!iq.isRequest()) {
            ghosts.answered(room, iq);
            return;
        }
        mustExist(room, iq);
        Element request = iq.request();
        boolean get = iq.type() == Iq.Type.GET;
        switch (request.namespace()) {
            case Muc.DISCO_INFO -> answer(room, iq, get, () -> disco.info(room, iq));
            case Muc.DISCO_ITEMS -> answer(room, iq, get, () -> disco.items(room, iq));
            case Muc.PING -> answer(room, iq, get, iq::result);
            case Muc.ADMIN -> adminLists.receive(room, iq);
            case Muc.OWNER -> ownerForm.receive(room, iq);
            case Muc.REGISTER -> registration.receive(room, iq);
            case Muc.MODERATE -> retractions.byModerator(room, iq);
            case Muc.VCARD -> cards.receive(room, iq);
            case Muc.COMMANDS -> hatCommands.receive(room, iq);
            default -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
    }

    private void answer(Room room, Iq iq, boolean allowed, Supplier<Iq> answer) {
        if (!allowed) {
            throw new StanzaException(Condition.NOT_ALLOWED);
        }
        parts.router.route(answer.get(), room.lane());
    }

    /** A locked room is as if it were not there, but for its owner (XEP-0045 section 10.1.1). */
    private void mustExist(Room room, Stanza stanza) {
        boolean there = switch (room.state) {
            case OPEN -> true;
            case LOCKED -> parts.affiliation(room, stanza.sender()) == Affiliation.OWNER;
            case UNKNOWN, ABSENT, GONE -> false;
        };
        if (!there) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
    }
}
