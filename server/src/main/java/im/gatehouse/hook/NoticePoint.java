package im.gatehouse.hook;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place where something is told, owned by the floor that tells. Listeners hear in order of registration, on the
 * thread that tells; one that throws is logged and skipped.
 *
 * <p>Telling is safe from any thread and takes no lock. Listeners are added while the server is put together.
 *
 * @param <E> what happened
 */
public final class NoticePoint<E> {
    private static final Logger log = LoggerFactory.getLogger(NoticePoint.class);

    private record Entry<E>(String owner, Notice<E> notice) {}

    private final String name;
    private volatile List<Entry<E>> entries = List.of();

    public NoticePoint(String name) {
        this.name = name;
    }

    /**
     * Adds a listener.
     *
     * @param owner the module, for logs
     * @return takes the listener away again
     */
    public synchronized Runnable add(String owner, Notice<E> notice) {
        Entry<E> entry = new Entry<>(owner, notice);
        List<Entry<E>> next = new ArrayList<>(entries);
        next.add(entry);
        entries = List.copyOf(next);
        return () -> remove(entry);
    }

    private synchronized void remove(Entry<E> entry) {
        entries = entries.stream().filter(e -> e != entry).toList();
    }

    public void tell(E event) {
        List<Entry<E>> told = entries;
        for (int i = 0; i < told.size(); i++) {
            Entry<E> entry = told.get(i);
            try {
                entry.notice.happened(event);
            } catch (RuntimeException e) {
                log.warn("{} failed at {}; the rest goes on", entry.owner, name, e);
            }
        }
    }
}
