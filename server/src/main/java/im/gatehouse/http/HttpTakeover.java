package im.gatehouse.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** Takes a whole connection over: for WebSocket, and for uploads that are too large to hold. */
@FunctionalInterface
public interface HttpTakeover {
    /**
     * What stands against it, or null. Asked first, on the event loop; must not block. A refusal is answered as any
     * request is.
     */
    default @Nullable HttpResponse objection(HttpRequest head, Client client) {
        return null;
    }

    /**
     * Adds its own handlers at the end of the pipeline. The head of the request and all that follows then come to them;
     * the limits and deadlines of this server no longer hold, so they need their own. Runs on the event loop and must
     * not block. The connection is no longer the server's: who takes it closes it.
     *
     * @param client who asks, behind a trusted proxy too
     */
    void take(ChannelPipeline pipeline, HttpRequest head, Client client);
}
