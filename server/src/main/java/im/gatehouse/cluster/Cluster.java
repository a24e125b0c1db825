package im.gatehouse.cluster;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Stanza;
import java.util.concurrent.CompletableFuture;

/**
 * What several nodes need of each other to be one server. With one node every answer is "here": no socket, no thread.
 *
 * <p>All calls are safe from any thread; none blocks.
 */
public interface Cluster {
    /** Something that every node can do, told by name and text so that it can cross a wire. */
    record Operation(String name, String argument) {}

    /** Does an operation on a node when another asks for it. */
    @FunctionalInterface
    interface Doer {
        void perform(String argument);
    }

    /** The name of this node, unique in the cluster. */
    String node();

    /** Hands a stanza to a session of its receiver on another node; false when there is none. */
    boolean forward(Stanza stanza);

    /** Registers how an operation is done here. Once for each name, while the server is put together. */
    void onOperation(String name, Doer doer);

    /**
     * Does an operation on every node, this one included.
     *
     * @return completes when every node has confirmed that it is done, exceptionally when one has not
     */
    CompletableFuture<Void> everywhere(Operation operation);

    /** Whether this node is the one writer of that room. */
    boolean owns(Jid room);
}
