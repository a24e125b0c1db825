package im.gatehouse.stream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What clients can have without another round trip when they sign in by XEP-0388: modules add to it.
 *
 * <p>Safe from any thread; what changes holds for the next sign-in.
 */
public final class InlineFeatures {
    private final List<InlineFeature> atBinding = new CopyOnWriteArrayList<>();
    private final List<InlineResumption> resumptions = new CopyOnWriteArrayList<>();

    /**
     * Adds something that a new session can have. All are turned on in the order in which they came.
     *
     * @return takes it away again
     */
    public Runnable add(InlineFeature feature) {
        atBinding.add(feature);
        return () -> atBinding.remove(feature);
    }

    /**
     * Adds a way back to a session. The first that takes what a client asks for is the one that is tried.
     *
     * @return takes it away again
     */
    public Runnable add(InlineResumption resumption) {
        resumptions.add(resumption);
        return () -> resumptions.remove(resumption);
    }

    List<InlineFeature> atBinding() {
        return atBinding;
    }

    List<InlineResumption> resumptions() {
        return resumptions;
    }
}
