package im.gatehouse.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is settled on clients' streams, in the order in which it is offered and asked: the server's own steps, then
 * those of modules in the order in which they came.
 *
 * <p>Safe from any thread. Looking takes no lock; what changes holds for the next element of every stream.
 */
public final class StreamFeatures {
    private volatile List<StreamFeature> all;
    private final InlineFeatures inline;

    /**
     * @param own the server's own steps
     */
    public StreamFeatures(List<StreamFeature> own) {
        this(own, new InlineFeatures());
    }

    /**
     * @param inline what goes with a sign-in, as the server's own steps know it
     */
    public StreamFeatures(List<StreamFeature> own, InlineFeatures inline) {
        this.all = List.copyOf(own);
        this.inline = inline;
    }

    /**
     * Adds a step. It is asked about every element of every stream, so {@link StreamFeature#takes} must be cheap.
     *
     * @return takes it away again
     */
    public synchronized Runnable add(StreamFeature feature) {
        List<StreamFeature> next = new ArrayList<>(all);
        next.add(feature);
        all = List.copyOf(next);
        return () -> remove(feature);
    }

    private synchronized void remove(StreamFeature feature) {
        all = all.stream().filter(present -> present != feature).toList();
    }

    /** What clients can have in the same breath as their sign-in (XEP-0388, XEP-0386), to which modules add. */
    public InlineFeatures inline() {
        return inline;
    }

    /** The step of that type, for another that carries it inline; empty while there is none. */
    public <T extends StreamFeature> Optional<T> find(Class<T> type) {
        return all.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** All steps as they are now. */
    public List<StreamFeature> all() {
        return all;
    }
}
