package im.gatehouse.stream;

import im.gatehouse.router.Router;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Login;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.session.SessionInfo;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Copies;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes sessions that wait for their clients over a restart of the server. */
final class Suspension {
    private static final Logger log = LoggerFactory.getLogger(Suspension.class);

    /** Under which it is packed which client the session is of (XEP-0388). */
    private static final String CLIENT = "client";

    /** How many elements of a client that comes back after a restart may wait, as for any other. */
    private static final int WAITING = 64;

    private static final long NO_COPY = 0;

    /** A copy of a message of which another session, which does not wait, has got one. */
    private static final long OF_ONE_THAT_ARRIVED = -1;

    private final Router router;
    private final Sessions sessions;
    private final Time time;
    private final StreamManagement management;

    /** What of a session was put away. */
    private record PutAway(Session session, Managed managed, Luggage luggage, SessionLine.Rest rest) {}

    Suspension(Router router, Sessions sessions, Time time, StreamManagement management) {
        this.router = router;
        this.sessions = sessions;
        this.time = time;
        this.management = management;
    }

    // --- before ---

    List<SuspendedSession> suspend(List<SessionLine> lines) {
        List<PutAway> all = new ArrayList<>();
        IdentityHashMap<Copies, Integer> waiting = new IdentityHashMap<>();
        for (SessionLine line : lines) {
            PutAway one = putAway(line);
            if (one != null) {
                all.add(one);
                one.rest.waiting().forEach(entry -> {
                    Copies copies = copies(entry.stanza());
                    if (copies != null) {
                        waiting.merge(copies, 1, Integer::sum);
                    }
                });
            }
        }
        Map<Copies, Long> numbers = numbers(waiting);
        return all.stream().map(one -> suspended(one, numbers)).toList();
    }

    private static IdentityHashMap<Copies, Long> numbers(IdentityHashMap<Copies, Integer> waiting) {
        IdentityHashMap<Copies, Long> numbers = new IdentityHashMap<>();
        waiting.forEach((copies, count) -> numbers.put(
                copies, copies.outstanding() > count ? OF_ONE_THAT_ARRIVED : Long.valueOf(numbers.size() + 1)));
        return numbers;
    }

    private @Nullable PutAway putAway(SessionLine line) {
        Managed managed = Objects.requireNonNull(line.managed());
        Session session = line.session();
        Luggage luggage = new Luggage(session, Map.of());
        String client = session.kept(UserAgent.CLIENT);
        if (client != null) {
            luggage.put(CLIENT, Element.of("client", "", client));
        }
        sessions.packing().tell(luggage);
        SessionLine.Rest rest = line.putAway();
        return rest == null ? null : new PutAway(session, managed, luggage, rest);
    }

    private SuspendedSession suspended(PutAway one, Map<Copies, Long> numbers) {
        Instant now = time.now();
        long nanos = time.nanos();
        List<SuspendedSession.Waiting> waiting = one.rest.waiting().stream()
                .map(entry -> {
                    Copies copies = copies(entry.stanza());
                    return new SuspendedSession.Waiting(
                            entry.stanza(),
                            now.minusNanos(nanos - entry.since()),
                            copies == null ? NO_COPY : numbers.getOrDefault(copies, NO_COPY));
                })
                .toList();
        return new SuspendedSession(
                Objects.requireNonNull(one.managed.id),
                one.session.jid(),
                one.session.info(),
                one.managed.patience,
                Instant.ofEpochMilli(one.rest.expiresAt()),
                one.managed.handled.inGoodHands(),
                one.rest.acknowledged(),
                waiting,
                one.luggage.things());
    }

    private static @Nullable Copies copies(Stanza stanza) {
        return stanza instanceof Message message && message.handover() instanceof Copies copies ? copies : null;
    }

    // --- after ---

    void restore(List<SuspendedSession> suspended) {
        Map<Long, Copies> copies = copies(suspended);
        for (SuspendedSession one : suspended) {
            try {
                restore(one, copies);
            } catch (RuntimeException e) { // the others come back all the same
                log.warn("A session could not be brought back after the restart", e);
            }
        }
    }

    private static Map<Long, Copies> copies(List<SuspendedSession> suspended) {
        Map<Long, Integer> counts = new HashMap<>();
        for (SuspendedSession one : suspended) {
            one.waiting().forEach(waiting -> counts.merge(waiting.copies(), 1, Integer::sum));
        }
        Map<Long, Copies> copies = new HashMap<>();
        counts.forEach((number, count) -> copies.put(number, new Copies(count)));
        copies.remove(NO_COPY);
        copies.put(OF_ONE_THAT_ARRIVED, Copies.ofOneThatArrived());
        return copies;
    }

    private void restore(SuspendedSession suspended, Map<Long, Copies> copies) {
        List<Stanza> waiting = suspended.waiting().stream()
                .map(one -> withCopies(one, copies))
                .toList();
        Duration left = Duration.between(time.now(), suspended.until());
        SessionInfo info = suspended.info();
        Login login = new Login(suspended.jid().bare(), info.address(), info.transport(), info.mechanism());
        if (left.isPositive() && sessions.admit(login) instanceof Admission admission) {
            stand(suspended, waiting, left, admission);
        } else {
            Lane lane = new Lane(WAITING);
            lane.add(() -> lane.blocking(() -> {
                SessionLine.giveBack(waiting, router, lane);
                management.settled().tell(suspended.id());
            }));
        }
    }

    private static Stanza withCopies(SuspendedSession.Waiting waiting, Map<Long, Copies> copies) {
        Stanza stanza = DelayStamp.of(waiting.stanza(), waiting.since());
        return stanza instanceof Message message ? message.handover(copies.get(waiting.copies())) : stanza;
    }

    private void stand(SuspendedSession suspended, List<Stanza> waiting, Duration left, Admission admission) {
        Lane lane = new Lane(WAITING);
        SessionLine line = new SessionLine(router, sessions, time, lane);
        SessionInfo info = suspended.info();
        Session session = new Session(admission, suspended.jid(), info.secure(), info.since(), line, lane);
        line.belongsTo(session);
        UnackedQueue queue = new UnackedQueue(suspended.acknowledged());
        waiting.forEach(stanza -> queue.add(stanza, time.nanos()));
        management.manage(line, suspended.id(), suspended.patience(), suspended.handled(), queue, true);
        Element client = suspended.luggage().get(CLIENT);
        if (client != null) {
            session.keep(UserAgent.CLIENT, client.text());
        }
        sessions.unpacking().tell(new Luggage(session, suspended.luggage()));
        if (sessions.register(session, Sessions.Conflict.REFUSE) instanceof Sessions.Registration.Registered) {
            sessions.restored().tell(session);
            line.waitFor(left.compareTo(suspended.patience()) < 0 ? left : suspended.patience());
        } else {
            lane.add(() -> lane.blocking(() -> {
                line.refused();
                management.settled().tell(suspended.id());
            }));
        }
    }
}
