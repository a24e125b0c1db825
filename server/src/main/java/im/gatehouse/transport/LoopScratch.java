package im.gatehouse.transport;

import im.gatehouse.xml.XmlBuffer;
import io.netty.util.concurrent.EventExecutor;

/**
 * Memory that all connections of one event loop share, so that a connection at rest keeps none of it. Touched by its
 * loop alone.
 */
public final class LoopScratch {
    /** Larger output is not kept: one large stanza must not cost memory for ever. */
    private static final int MOST_KEPT = 1 << 18;

    private final byte[] input = new byte[1 << 16];
    final Flusher flusher;
    private XmlBuffer output = new XmlBuffer(1 << 13);

    /** The memory of a loop. */
    public LoopScratch(EventExecutor loop) {
        flusher = new Flusher(loop);
    }

    /** Room for what is being read, 64 KiB. */
    public byte[] input() {
        return input;
    }

    /** An empty buffer to write one thing into. */
    public XmlBuffer output() {
        if (output.array().length > MOST_KEPT) {
            output = new XmlBuffer(1 << 13);
        }
        output.clear();
        return output;
    }
}
