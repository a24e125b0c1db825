package im.gatehouse.session;

import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StreamError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is online: every session of every user, and the one place where a session begins.
 *
 * <p>Safe from any thread. Looking up takes no lock.
 */
public final class Sessions {
    /** What becomes of a client that asks for a resource that is in use (RFC 6120 section 7.7.2.2). */
    public enum Conflict {
        /** The older session ends with {@code conflict}. */
        REPLACE,
        /** The newer client gets {@code conflict}. */
        REFUSE,
        /** The newer client gets a resource that the server makes up. */
        RENAME
    }

    /** What came of {@link #register}. */
    public sealed interface Registration {
        /** It stands. */
        record Registered() implements Registration {}

        /** The resource is in use by that session, and the policy protects it. */
        record InUse(Session holder) implements Registration {}

        /** The account has as many sessions as it may. */
        record TooMany() implements Registration {}

        /** A guard refused at the last moment; the session is not registered. */
        record Refused(Refusal refusal) implements Registration {}
    }

    /** What came of {@link #resume}. */
    public sealed interface Resumption {
        /** The client may have it again. */
        record Resumed() implements Resumption {}

        /** There is no such session of this account any more. */
        record Gone() implements Resumption {}

        /** A guard refused. Whoever locked the user out ends the session; otherwise the client may try again. */
        record Refused(Refusal refusal) implements Resumption {}
    }

    /** How long a new session waits for the older one of its resource to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final StreamError REPLACED =
            StreamError.Condition.CONFLICT.error("Replaced by a new session of this resource");

    /** Sessions by bare address. A value is never empty and never changes: each step puts a new list. */
    private final ConcurrentHashMap<Jid, List<Session>> byAccount = new ConcurrentHashMap<>();

    private final AtomicInteger count = new AtomicInteger();
    private final IntSupplier mostPerAccount;
    private final Duration patience;

    private final GuardPoint<Login, Refusal> signIn =
            new GuardPoint<>("sign-in", new Refusal(Refusal.Kind.TRY_LATER, null));
    private final GuardPoint<Session, Refusal> opening =
            new GuardPoint<>("the opening of a session", new Refusal(Refusal.Kind.TRY_LATER, null));
    private final NoticePoint<Session> opened = new NoticePoint<>("the opening of a session");
    private final NoticePoint<Session> resumed = new NoticePoint<>("the return to a session");
    private final NoticePoint<Session> closed = new NoticePoint<>("the end of a session");
    private final NoticePoint<Sessions> starting = new NoticePoint<>("the start of the server");
    private final NoticePoint<Sessions> stopping = new NoticePoint<>("the end of the server");
    private final NoticePoint<Luggage> packing = new NoticePoint<>("the packing of a session");
    private final NoticePoint<Luggage> unpacking = new NoticePoint<>("the unpacking of a session");
    private final NoticePoint<Session> restored = new NoticePoint<>("the return of a session after a restart");

    /**
     * @param mostPerAccount how many sessions one account may have at a time, at least 1; may change
     */
    public Sessions(IntSupplier mostPerAccount) {
        this(mostPerAccount, PATIENCE);
    }

    /**
     * @param patience how long a new session waits for the older one of its resource; others than the usual one are of
     *     use to tests only
     */
    Sessions(IntSupplier mostPerAccount, Duration patience) {
        this.mostPerAccount = mostPerAccount;
        this.patience = patience;
    }

    /**
     * Asked by {@link #admit}, on a virtual thread. Guards may block.
     */
    public GuardPoint<Login, Refusal> signIn() {
        return signIn;
    }

    /**
     * Asked when a session is registered and can be found by others, but before anything is sent on it, and again when
     * its client comes back on another connection: what was decided at sign-in may have changed since. Whoever ends a
     * user's sessions must first make sure that this guard refuses new ones; then none survives. Runs on a virtual
     * thread and may block.
     */
    public GuardPoint<Session, Refusal> opening() {
        return opening;
    }

    /** Told when a session has been registered and allowed. Runs on a virtual thread and may block. */
    public NoticePoint<Session> opened() {
        return opened;
    }

    /**
     * Told when a client has signed in anew and gets its session back, which knows its new address already. Runs on a
     * virtual thread and may block.
     */
    public NoticePoint<Session> resumed() {
        return resumed;
    }

    /** Told when a session that was opened is gone. Runs in the session's lane on a virtual thread and may block. */
    public NoticePoint<Session> closed() {
        return closed;
    }

    /**
     * Told when everything stands and before the first client may come: sessions that waited for a restart come back
     * now. May block.
     */
    public NoticePoint<Sessions> starting() {
        return starting;
    }

    /**
     * Told when the server stops, after the last client has gone and before anything else stops: what outlives a
     * restart is stored now. May block.
     */
    public NoticePoint<Sessions> stopping() {
        return stopping;
    }

    /**
     * Told of a session that is put away for a restart: whoever keeps something with it that its client counts on packs
     * that now. May block.
     */
    public NoticePoint<Luggage> packing() {
        return packing;
    }

    /**
     * Told of a session that is about to stand again after a restart, not registered yet: whoever packed something
     * takes it out and keeps it with the session. May block.
     */
    public NoticePoint<Luggage> unpacking() {
        return unpacking;
    }

    /**
     * Told of a session that stands again after a restart, registered and with all that was packed. May block.
     */
    public NoticePoint<Session> restored() {
        return restored;
    }

    /**
     * Decides whether somebody may come in whose credentials have proved right, before success is told. The one way to
     * an {@link Admission}: every mechanism on every transport asks here. May block: call it on a virtual thread.
     */
    public Decision admit(Login login) {
        return signIn.ask(login) instanceof Verdict.Refuse<Refusal>(Refusal refusal) ? refusal : new Admission(login);
    }

    /**
     * Registers a session, asks the guards once more, and tells of it. May block: where the resource is taken over, the
     * older session first comes to its end, so that others hear of that end before they hear of the new session. One
     * that has not ended after five seconds keeps its resource for now: the outcome is {@link Registration.InUse}.
     *
     * @param conflict what happens when the resource is in use
     */
    public Registration register(Session session, Conflict conflict) {
        Registration outcome = enter(session);
        long deadline = System.nanoTime() + patience.toNanos();
        while (outcome instanceof Registration.InUse(Session holder) && conflict == Conflict.REPLACE) {
            holder.end(REPLACED);
            if (!holder.awaitGone(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                return outcome;
            }
            outcome = enter(session);
        }
        if (!(outcome instanceof Registration.Registered)) {
            return outcome;
        }
        if (opening.ask(session) instanceof Verdict.Refuse<Refusal>(Refusal refusal)) {
            leave(session);
            if (session.beGone()) {
                session.gone(); // nobody heard of it, so nobody hears of its end, but somebody may wait for that
            }
            return new Registration.Refused(refusal);
        }
        opened.tell(session);
        return outcome;
    }

    /**
     * Decides whether a client that lost its connection and has signed in anew may have its session again (XEP-0198
     * section 5). While a session waits for its client it stays registered: whoever locks the user out finds it and
     * ends it, and one that comes back meanwhile is refused here. May block.
     *
     * @param session the session that waits
     * @param admission of the new connection
     * @param secure whether the new connection is encrypted
     */
    public Resumption resume(Session session, Admission admission, boolean secure) {
        if (!session.account().equals(admission.account()) || find(session.jid()) != session) {
            return new Resumption.Gone();
        }
        SessionInfo before = session.info();
        session.info(SessionInfo.of(admission.login(), secure, before.since()));
        if (opening.ask(session) instanceof Verdict.Refuse<Refusal>(Refusal refusal)) {
            session.info(before);
            return new Resumption.Refused(refusal);
        }
        if (find(session.jid()) != session) {
            return new Resumption.Gone();
        }
        resumed.tell(session);
        return new Resumption.Resumed();
    }

    private Registration enter(Session session) {
        Registration[] outcome = {new Registration.Registered()};
        byAccount.compute(session.account(), (_, present) -> {
            List<Session> now = present == null ? List.of() : present;
            for (Session other : now) {
                if (other.jid().equals(session.jid())) {
                    outcome[0] = new Registration.InUse(other);
                    return present;
                }
            }
            if (now.size() >= mostPerAccount.getAsInt()) {
                outcome[0] = new Registration.TooMany();
                return present;
            }
            count.incrementAndGet();
            List<Session> next = new ArrayList<>(now);
            next.add(session);
            return List.copyOf(next);
        });
        return outcome[0];
    }

    /**
     * Takes an opened session out and tells of its end; without effect when that has been done. May block.
     */
    public void close(Session session) {
        close(session, () -> {});
    }

    /**
     * Takes an opened session out and tells of its end; without effect when that has been done. May block.
     *
     * @param last what is done once nobody finds the session any more, and before whoever waits for its end goes on:
     *     the storing of what it was sent and did not get, above all. It runs in any case
     */
    public void close(Session session, Runnable last) {
        leave(session);
        boolean first = session.beGone();
        try {
            if (first) {
                closed.tell(session);
            }
            last.run();
        } finally {
            if (first) {
                session.gone();
            }
        }
    }

    private void leave(Session session) {
        byAccount.computeIfPresent(session.account(), (_, present) -> {
            List<Session> next = present.stream().filter(s -> s != session).toList();
            count.addAndGet(next.size() - present.size());
            return next.isEmpty() ? null : next;
        });
    }

    /** The sessions of an account, in the order in which they came. */
    public List<Session> of(Jid account) {
        return byAccount.getOrDefault(account.bare(), List.of());
    }

    /** The session with that full address, or null. */
    public @Nullable Session find(Jid full) {
        List<Session> sessions = byAccount.getOrDefault(full.bare(), List.of());
        for (int i = 0; i < sessions.size(); i++) {
            if (sessions.get(i).jid().equals(full)) {
                return sessions.get(i);
            }
        }
        return null;
    }

    /** How many sessions there are. */
    public int count() {
        return count.get();
    }

    /** How many accounts have a session. */
    public int accounts() {
        return byAccount.size();
    }

    /** Does something with every session, in no order. */
    public void forEach(Consumer<Session> action) {
        byAccount.values().forEach(sessions -> sessions.forEach(action));
    }

    /** Every session, in no order: a copy, as large as the server is busy. */
    public Collection<Session> all() {
        List<Session> all = new ArrayList<>(count());
        forEach(all::add);
        return all;
    }
}
