package im.gatehouse.transport.tcp;

import im.gatehouse.xml.XmlBuffer;
import io.netty.util.concurrent.EventExecutor;

/**
 * Memory that all connections of one event loop share, so that a connection at rest keeps none of it. Touched by its
 * loop alone.
 */
final class LoopScratch {
    /** Larger output is not kept: one large stanza must not cost memory for ever. */
    private static final int MOST_KEPT = 1 << 18;

    final byte[] input = new byte[1 << 16];
    final Flusher flusher;
    private XmlBuffer output = new XmlBuffer(1 << 13);

    LoopScratch(EventExecutor loop) {
        flusher = new Flusher(loop);
    }

    /** An empty buffer to write one thing into. */
    XmlBuffer output() {
        if (output.array().length > MOST_KEPT) {
            output = new XmlBuffer(1 << 13);
        }
        output.clear();
        return output;
    }
}
