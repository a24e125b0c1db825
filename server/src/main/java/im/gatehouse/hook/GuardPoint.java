package im.gatehouse.hook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place where guards are asked, owned by the floor that asks. Guards are asked in order of rank, then of
 * registration; the first refusal decides. A guard that throws refuses, because a door whose keeper fails stays shut.
 *
 * <p>Asking is safe from any thread and takes no lock. Guards are added while the server is put together.
 *
 * @param <E> what is asked about
 * @param <R> how a refusal is told
 */
public final class GuardPoint<E, R> {
    private static final Logger log = LoggerFactory.getLogger(GuardPoint.class);

    private record Entry<E, R>(String owner, int rank, Guard<E, R> guard) {}

    private final String name;
    private final R whenGuardFails;
    private volatile List<Entry<E, R>> entries = List.of();

    /**
     * @param name the point's name in logs
     * @param whenGuardFails the refusal when a guard throws
     */
    public GuardPoint(String name, R whenGuardFails) {
        this.name = name;
        this.whenGuardFails = whenGuardFails;
    }

    /**
     * Adds a guard.
     *
     * @param owner the module, for logs
     * @param rank lower is asked first; 0 is the usual one
     * @return takes the guard away again
     */
    public synchronized Runnable add(String owner, int rank, Guard<E, R> guard) {
        Entry<E, R> entry = new Entry<>(owner, rank, guard);
        List<Entry<E, R>> next = new ArrayList<>(entries);
        next.add(entry);
        next.sort(Comparator.comparingInt(Entry::rank));
        entries = List.copyOf(next);
        return () -> remove(entry);
    }

    private synchronized void remove(Entry<E, R> entry) {
        entries = entries.stream().filter(e -> e != entry).toList();
    }

    public Verdict<R> ask(E event) {
        List<Entry<E, R>> asked = entries;
        for (int i = 0; i < asked.size(); i++) {
            Entry<E, R> entry = asked.get(i);
            try {
                Verdict<R> verdict = entry.guard.check(event);
                if (verdict instanceof Verdict.Refuse<R>) {
                    return verdict;
                }
            } catch (RuntimeException e) {
                log.warn("{} failed at {} and so refuses", entry.owner, name, e);
                return Verdict.refuse(whenGuardFails);
            }
        }
        return Verdict.pass();
    }
}
