package im.gatehouse.http;

import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.transport.websocket.WebSocketDoor;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes an XMPP WebSocket of a request (RFC 6455 section 4.2, RFC 7395 section 3.1), if the page that asks for it may.
 *
 * @param origins which pages may ask
 * @param bindings what ties a sign-in to a TLS connection that ends here
 */
public record WebSocketUpgrade(WebSocketDoor door, Origins origins, Function<SslHandler, ChannelBindings> bindings)
        implements HttpTakeover {
    private static final String PROTOCOL = "xmpp";
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    /** RFC 6455 section 1.3. */
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    @Override
    public @Nullable HttpResponse objection(HttpRequest head, Client client) {
        HttpHeaders headers = head.headers();
        boolean upgrade = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!upgrade || head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return upgradeRequired("This is an address for XMPP over WebSocket.");
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return upgradeRequired("WebSocket version 13 is spoken here.");
        }
        if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))
                || HttpUtil.isTransferEncodingChunked(head)
                || HttpUtil.getContentLength(head, 0L) > 0) {
            return HttpResponse.plain(400, "The request is no opening of a WebSocket.");
        }
        if (!offersXmpp(headers)) {
            return HttpResponse.plain(400, "The WebSocket must be opened for the protocol xmpp.");
        }
        if (!origins.allow(headers.getAll(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST))) {
            return HttpResponse.plain(403, "Pages from there may not connect: see origins in [listen.websocket].");
        }
        return door.isShut() ? HttpResponse.plain(503, "The server is stopping.") : null;
    }

    private static HttpResponse upgradeRequired(String text) {
        return HttpResponse.plain(426, text).with("Upgrade", "websocket").with("Sec-WebSocket-Version", VERSION);
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean offersXmpp(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .anyMatch(name -> name.strip().equals(PROTOCOL));
    }

    @Override
    public void take(ChannelPipeline pipeline, HttpRequest head, Client client) {
        pipeline.addLast(new Handshake(client));
    }

    /** Answers the request, and gives the connection to the door. */
    private final class Handshake extends ChannelInboundHandlerAdapter {
        private final Client client;

        Handshake(Client client) {
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest head) {
                String key = String.valueOf(head.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY)).strip();
                ReferenceCountUtil.release(message);
                begin(context, key);
            } else {
                ReferenceCountUtil.release(message); // the end of the request
            }
        }

        private void begin(ChannelHandlerContext context, String key) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.writeAndFlush(switching(key));
            pipeline.remove(FlowControlHandler.class);
            pipeline.remove(this);
            InetSocketAddress peer = (InetSocketAddress) context.channel().remoteAddress();
            if (peer == null) {
                context.close(); // it is gone already
                return;
            }
            boolean direct = client.address().equals(peer.getAddress());
            InetSocketAddress address = direct ? peer : new InetSocketAddress(client.address(), 0);
            door.admit(pipeline, pipeline.get(HttpServerCodec.class), address, binding(pipeline, direct));
        }

        /** What TLS ties a sign-in to, if it is the client's own; null without TLS. */
        private @Nullable ChannelBindings binding(ChannelPipeline pipeline, boolean direct) {
            if (!client.secure()) {
                return null;
            }
            SslHandler tls = pipeline.get(SslHandler.class);
            return direct && tls != null ? bindings.apply(tls) : ChannelBindings.NONE;
        }
    }

    private static DefaultFullHttpResponse switching(String key) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        return response;
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
