package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.Component;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of all services that are in memory, and the door to each: a stanza is handled in the lane of its room. A
 * room that is not in memory is looked for in the database by whoever first sends it something, in the sender's lane.
 *
 * <p>Safe from any thread.
 */
final class RoomService implements Component, AutoCloseable {
    /** An empty lasting room that nobody asked anything for so long leaves the memory. */
    private static final Duration IDLE = Duration.ofHours(1);

    static final Duration SWEEP = Duration.ofMinutes(10);

    /** How long rooms may take to say goodbye, or to hand on what came too late for them. */
    private static final int PATIENCE_SECONDS = 5;

    private record Departure(Room room, Jid client) {}

    private final Parts parts;
    private final Map<String, String> hosts;
    private final ServiceQueries queries;
    private final Reception reception;
    private final Leaving leaving;
    private final RoomDirectory directory;
    private final Visits visits;
    private final Map<Jid, Room> rooms = new ConcurrentHashMap<>();

    /** Clients whose leaving waits past the bound of a room's lane: they must be gone, however busy the room is. */
    private final Set<Departure> departures = ConcurrentHashMap.newKeySet();

    /**
     * Of rooms that are no more, while they still hand on what came to them before: what comes later waits for that, or
     * somebody's message would be in the next room before they are (RFC 6120 section 10.1).
     */
    private final Map<Jid, CompletableFuture<@Nullable Void>> handingOn = new ConcurrentHashMap<>();

    /** In which rooms each session of this node sits. A value changes only within a step of the map. */
    private final Map<Session, Set<Room>> sitting = new ConcurrentHashMap<>();

    /** What is to be done when sessions have ended whose accounts are no more. */
    private final Map<Session, Runnable> ending = new ConcurrentHashMap<>();

    /**
     * @param hosts the served host for each domain of rooms
     */
    RoomService(Parts parts, Map<String, String> hosts) {
        this.parts = parts;
        this.hosts = Map.copyOf(hosts);
        this.leaving = new Leaving(parts, this);
        this.directory = new RoomDirectory(parts, this);
        this.queries = new ServiceQueries(parts, directory);
        this.visits = new Visits(parts, this);
        this.reception = new Reception(parts, this, leaving, directory);
    }

    RoomDirectory directory() {
        return directory;
    }

    @Override
    public void receive(Stanza stanza, Lane lane) {
        Jid to = stanza.receiver();
        if (!to.hasLocal()) {
            queries.receive(stanza, lane);
            return;
        }
        RoomRequests others = stanza instanceof Iq iq && iq.isRequest() && to.isBare() ? parts.hooks.requests(iq) : null;
        if (others != null) {
            lane.blocking(() -> visits.receive((Iq) stanza, others, lane));
            return;
        }
        CompletableFuture<@Nullable Void> earlier =
                handingOn.isEmpty() || comesBack(stanza) ? null : handingOn.get(to.bare());
        if (earlier == null) {
            enter(stanza, lane);
        } else {
            lane.blocking(() -> {
                await(earlier);
                enter(stanza, lane);
            });
        }
    }

    /**
     * Whether it answers what a room has said. That may be the next room already, and the very thread that hands on: it
     * must not wait for itself.
     */
    private static boolean comesBack(Stanza stanza) {
        return stanza.isError() || stanza instanceof Iq iq && !iq.isRequest();
    }

    private static void await(CompletableFuture<@Nullable Void> earlier) {
        try {
            earlier.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // it is never completed so
        }
    }

    /** A stanza for a room comes to it, behind all that came before. */
    void enter(Stanza stanza, Lane lane) {
        Jid to = stanza.receiver();
        Room room = rooms.get(to.bare());
        if (room != null) {
            hand(room, stanza, lane);
        } else if (concernsOccupants(stanza)) {
            return; // nobody is in a room that is not in memory
        } else {
            lane.blocking(() -> hand(rooms.computeIfAbsent(to.bare(), this::newRoom), stanza, lane));
        }
    }

    /** Whether it can only mean somebody who is in the room, and needs no answer. */
    private static boolean concernsOccupants(Stanza stanza) {
        return switch (stanza) {
            case Presence presence -> presence.type() != Presence.Type.AVAILABLE && !presence.type().isSubscription();
            case Message message -> message.type() == Message.Type.ERROR;
            case Iq iq -> !iq.isRequest();
        };
    }

    private void hand(Room room, Stanza stanza, Lane lane) {
        boolean leaves = stanza instanceof Presence presence && presence.type() == Presence.Type.UNAVAILABLE;
        boolean waits = !leaves && !asks(stanza) && !room.lane().isIdle();
        CompletableFuture<@Nullable Void> handled = waits ? new CompletableFuture<>() : null;
        Runnable task = handled == null
                ? () -> reception.handle(room, stanza)
                : () -> handle(room, stanza, handled);
        if (room.lane().offer(task)) {
            if (handled != null) {
                lane.owe(handled);
            } else if (!leaves) {
                owe(room, stanza, lane);
            }
            if (room.state == Room.State.GONE && !room.lane().isIdle()) {
                letOthersWait(room); // it ended a moment before this came to it
            }
            if (!departures.isEmpty()) {
                departures.remove(new Departure(room, stanza.sender())); // they may come in by this, and leave again
            }
        } else if (leaves) {
            leaveLate(room, stanza.sender(), task);
        } else {
            StanzaError error = Condition.RESOURCE_CONSTRAINT.error("The room is too busy").by(room.jid());
            parts.router.bounce(stanza, error, lane);
        }
    }

    private static boolean asks(Stanza stanza) {
        return stanza instanceof Iq iq && iq.type() != Iq.Type.SET;
    }

    /** In the room's lane, one task with the stanza itself, so that as many wait as the lane is to take. */
    private void handle(Room room, Stanza stanza, CompletableFuture<@Nullable Void> handled) {
        try {
            reception.handle(room, stanza);
        } finally {
            room.lane().last(() -> completeWhenStored(handled, stanza, room));
        }
    }

    /** Lets somebody leave a room that has more to do than it may: once, however often they say so. */
    private void leaveLate(Room room, Jid client, Runnable task) {
        Departure departure = new Departure(room, client);
        if (departures.add(departure)) {
            room.lane().add(() -> {
                departures.remove(departure);
                task.run();
            });
        }
    }

    /**
     * Notes with the sender's lane what the room has still to store of a stanza that it came to at once: itself, where
     * its commit runs on a virtual thread, and what is said to all or to one, which is stored behind its delivery.
     */
    private static void owe(Room room, Stanza stanza, Lane lane) {
        if (!room.lane().isIdle()) {
            if (!asks(stanza)) {
                CompletableFuture<@Nullable Void> handled = new CompletableFuture<>();
                lane.owe(handled);
                room.lane().add(() -> completeWhenStored(handled, stanza, room));
            }
            return;
        }
        CompletionStage<?> unstored = unstored(room, stanza);
        if (unstored != null) {
            lane.owe(unstored);
        }
    }

    /** What a stanza that the room has come to may have left to be stored; what one passed on left, is among it. */
    private static @Nullable CompletionStage<?> unstored(Room room, Stanza stanza) {
        return stanza instanceof Message || room.state == Room.State.GONE ? room.unstored() : null;
    }

    private static void completeWhenStored(
            CompletableFuture<@Nullable Void> handled, Stanza stanza, Room room) {
        CompletionStage<?> unstored = unstored(room, stanza);
        if (unstored == null) {
            handled.complete(null);
            return;
        }
        unstored.whenComplete((_, failure) -> {
            if (failure == null) {
                handled.complete(null);
            } else {
                handled.completeExceptionally(failure);
            }
        });
    }

    /** The room of that name if it is in memory; whoever wants to do something with it does so in its lane. */
    @Nullable Room inMemory(Jid jid) {
        return rooms.get(jid);
    }

    /** The room of that name, whether it exists or not. What is done with it begins with {@link Reception#open}. */
    Room room(Jid jid) {
        return rooms.computeIfAbsent(jid, this::newRoom);
    }

    private Room newRoom(Jid jid) {
        return new Room(jid, hosts.getOrDefault(jid.domain(), jid.domain()));
    }

    Collection<Room> inMemory() {
        return rooms.values();
    }

    Stream<Room> inMemory(String domain) {
        return rooms.values().stream().filter(room -> room.jid().domain().equals(domain));
    }

    Reception reception() {
        return reception;
    }

    /** Lets go of a room, in its lane: whoever asks for it next finds or makes another. */
    void forget(Room room) {
        room.state(Room.State.GONE);
        if (room.lane().size() > 1) {
            letOthersWait(room);
        }
        rooms.remove(room.jid(), room);
    }

    /** Lets what comes for the next room wait until this one has handed on what it holds: once, and not for long. */
    private void letOthersWait(Room room) {
        CompletableFuture<@Nullable Void> handedOn = new CompletableFuture<>();
        handedOn.completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<@Nullable Void> all = Objects.requireNonNull(
                handingOn.merge(room.jid(), handedOn, (before, _) -> CompletableFuture.allOf(before, handedOn)));
        all.whenComplete((_, _) -> handingOn.remove(room.jid(), all));
        room.lane().add(() -> handedOn.complete(null));
    }

    // --- sessions ---

    /**
     * Remembers that a session sits in a room, in the room's lane.
     *
     * @return false when the session has ended meanwhile, and the room must see to it that it leaves
     */
    boolean sits(Session session, Room room) {
        sitting.compute(session, (_, present) -> {
            Set<Room> more = present == null ? new HashSet<>(2) : present;
            more.add(room);
            return more;
        });
        if (parts.sessions.find(session.jid()) == session) {
            return true;
        }
        left(session, room);
        return false;
    }

    /** Remembers that a session no longer sits in a room. */
    void left(Session session, Room room) {
        sitting.computeIfPresent(session, (_, present) -> {
            present.remove(room);
            return present.isEmpty() ? null : present;
        });
    }

    /** A session has ended: it leaves all rooms, even if nobody says so on its behalf. */
    void closed(Session session) {
        Set<Room> left = sitting.remove(session);
        if (left != null) {
            left.forEach(room -> room.lane().add(() -> leaving.sessionEnded(room, session)));
        }
        ended(session);
    }

    private void ended(Session session) {
        Runnable task = ending.remove(session);
        if (task != null) {
            task.run();
        }
    }

    // --- accounts ---

    /**
     * An account is no more: rooms in memory forget what it was to them, as the database has; and once more when its
     * sessions have ended, which by what they have still said may have made a room or become a member, and leave behind
     * the role that they had.
     */
    void accountRemoved(Jid account) {
        forget(account);
        whenEnded(parts.sessions.of(account), () -> forget(account));
    }

    private void forget(Jid account) {
        inEach(room -> reception.changes().accountRemoved(room, account));
    }

    /** As {@link #accountRemoved}, for all accounts of a domain. */
    void accountsRemoved(String domain) {
        forgetAll(domain);
        List<Session> sessions = new ArrayList<>();
        parts.sessions.forEach(session -> {
            if (session.jid().domain().equals(domain)) {
                sessions.add(session);
            }
        });
        whenEnded(sessions, () -> forgetAll(domain));
    }

    private void forgetAll(String domain) {
        inEach(room -> reception.changes().domainRemoved(room, domain));
    }

    /** Does something, after the last of these sessions has left the rooms: they are being ended. */
    private void whenEnded(Collection<Session> sessions, Runnable task) {
        AtomicInteger left = new AtomicInteger(sessions.size());
        Runnable one = () -> {
            if (left.decrementAndGet() == 0) {
                task.run();
            }
        };
        for (Session session : sessions) {
            ending.merge(session, one, (before, next) -> () -> {
                before.run();
                next.run();
            });
            if (parts.sessions.find(session.jid()) != session) {
                ended(session); // it has ended meanwhile, and nobody may say so any more
            }
        }
    }

    private void inEach(Consumer<Room> task) {
        for (Room room : rooms.values()) {
            room.lane().add(() -> task.accept(room));
        }
    }

    /** The rooms of a domain are no more: whoever is in one is told that it has ended. */
    void domainRemoved(String domain) {
        inMemory(domain).forEach(room -> room.lane().add(() -> {
            room.stored = false;
            parts.hooks.ended().tell(room.jid());
            directory.changed(room.jid());
            leaving.destroy(room, Element.of("destroy", Muc.USER));
        }));
    }

    // --- housekeeping ---

    /** Lets go of lasting rooms that nobody uses, and of occupants that are none. Runs on a timer thread. */
    void sweep() {
        long oldest = parts.time.nanos() - IDLE.toNanos();
        for (Room room : rooms.values()) {
            room.lane().add(() -> {
                room.takeOwed();
                reception.ghosts().lookFor(room);
                if (room.stored && room.occupants.isEmpty() && room.usedAt - oldest < 0) {
                    forget(room);
                }
            });
        }
    }

    /** Tells everybody that the service stops while sessions that wait for a restart can still be told. Blocks. */
    void stop() {
        List<Room> all = List.copyOf(rooms.values());
        CountDownLatch told = new CountDownLatch(all.size());
        for (Room room : all) {
            room.lane().add(() -> {
                leaving.serviceStops(room);
                told.countDown();
            });
        }
        try {
            told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes leave of everybody: the service stops. Blocks until the history is stored. */
    @Override
    public void close() {
        for (Room room : rooms.values()) {
            room.lane().add(() -> leaving.serviceStops(room));
        }
        parts.historyWriter.close();
    }
}
