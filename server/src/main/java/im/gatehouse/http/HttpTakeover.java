package im.gatehouse.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;

/** Takes a whole connection over: for WebSocket, and for uploads that are too large to hold. */
@FunctionalInterface
public interface HttpTakeover {
    /**
     * Adds its own handlers at the end of the pipeline. The head of the request and all that follows then come to them;
     * the limits and deadlines of this server no longer hold, so they need their own. Runs on the event loop and must
     * not block.
     *
     * @param client the client's own address, behind a trusted proxy too
     */
    void take(ChannelPipeline pipeline, HttpRequest head, InetAddress client);
}
