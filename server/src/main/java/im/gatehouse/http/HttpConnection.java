package im.gatehouse.http;

import im.gatehouse.http.HttpRouter.Match;
import im.gatehouse.http.HttpRouter.Route;
import im.gatehouse.http.HttpRouter.Target;
import im.gatehouse.time.Time;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client: takes one request after another, has it answered on a virtual thread, and reads the next
 * only when the answer is written. All fields belong to the event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** How long a client whose request was cut short may go on sending, so that it gets to read why. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** What will become of a request whose head has come. */
    private sealed interface Plan {
        record Handle(HttpHandler handler) implements Plan {}

        record Answer(HttpResponse response) implements Plan {}

        record HandOver(HttpTakeover takeover) implements Plan {}
    }

    private record Incoming(
            io.netty.handler.codec.http.HttpRequest head,
            QueryStringDecoder target,
            Client client,
            Plan plan,
            ByteArrayOutputStream body) {
        boolean keepAlive() {
            return HttpUtil.isKeepAlive(head);
        }

        HttpRequest whole() {
            return new HttpRequest(
                    head.method().name(),
                    target.path(),
                    target.rawQuery(),
                    head.headers(),
                    body.toByteArray(),
                    client.address(),
                    client.secure());
        }
    }

    private final HttpServer server;
    private final HttpRouter router;
    private final HttpTerms terms;
    private final Time time;

    private @Nullable Incoming incoming;
    private Time.@Nullable Timer deadline;
    private boolean hangingUp;

    /** Rises with each setting of the clock, so that an alarm that is already on its way rings for nobody. */
    private int alarms;

    HttpConnection(HttpServer server, HttpRouter router, HttpTerms terms, Time time) {
        this.server = server;
        this.router = router;
        this.terms = terms;
        this.time = time;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        expect(context);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopClock();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopClock();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            log.debug("A connection broke: {}", cause.toString());
        } else {
            log.warn("A connection failed", cause);
        }
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (hangingUp) {
                return;
            }
            if (message instanceof io.netty.handler.codec.http.HttpRequest head) {
                begin(context, head);
            }
            if (message instanceof HttpContent content && incoming != null) {
                add(context, incoming, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    // ---- a request comes in ----

    private void begin(ChannelHandlerContext context, io.netty.handler.codec.http.HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            cutShort(context, head, HttpResponse.plain(status(head.decoderResult().cause()), "The request is broken."));
            return;
        }
        if (HttpUtil.getContentLength(head, 0L) > terms.mostBodyBytes()) {
            cutShort(context, head, tooLarge());
            return;
        }
        if (!(context.channel().remoteAddress() instanceof InetSocketAddress peer)) {
            context.close(); // it is gone already
            return;
        }
        boolean encrypted = context.pipeline().get(SslHandler.class) != null;
        Client client = Client.of(peer.getAddress(), encrypted, head.headers(), terms.trustedProxies().get());
        QueryStringDecoder target = new QueryStringDecoder(originForm(head.uri()));
        Plan plan = plan(head, target, client);
        if (plan instanceof Plan.HandOver(HttpTakeover takeover)) {
            handOver(context, head, client, takeover);
            return;
        }
        incoming = new Incoming(head, target, client, plan, new ByteArrayOutputStream());
        if (HttpUtil.is100ContinueExpected(head)) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private static int status(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> 414;
            case TooLongHttpHeaderException _ -> 431;
            default -> 400;
        };
    }

    /** The path and query of {@code http://host/path?query}, which only proxies need and all must take. */
    private static String originForm(String uri) {
        int scheme = uri.indexOf("://");
        if (uri.startsWith("/") || scheme < 0) {
            return uri;
        }
        int slash = uri.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : uri.substring(slash);
    }

    private Plan plan(io.netty.handler.codec.http.HttpRequest head, QueryStringDecoder target, Client client) {
        String path;
        try {
            path = target.path();
        } catch (IllegalArgumentException e) {
            return new Plan.Answer(HttpResponse.plain(400, "The path is not well encoded."));
        }
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        boolean mayLack = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (hosts.size() > 1 || hosts.isEmpty() && !mayLack) {
            return new Plan.Answer(HttpResponse.plain(400, "The request needs one Host header."));
        }
        return switch (router.find(head.method().name(), path)) {
            case Match.Found(Route route) when mayAsk(route, hosts, client) -> plan(route, head, client);
            case Match.Found _ -> new Plan.Answer(HttpResponse.plain(421, "This server does not go by that name."));
            case Match.OtherMethods(List<String> allowed) -> new Plan.Answer(otherMethods(head, allowed));
            case Match.Nothing _ -> new Plan.Answer(HttpResponse.plain(404, "There is nothing here."));
        };
    }

    private boolean mayAsk(Route route, List<String> hosts, Client client) {
        return route.anyHost() || client.proxied() || hosts.stream().allMatch(server::knows);
    }

    private static Plan plan(Route route, io.netty.handler.codec.http.HttpRequest head, Client client) {
        return switch (route.target()) {
            case Target.Answers(HttpHandler handler) -> new Plan.Handle(handler);
            case Target.TakesOver(HttpTakeover takeover) -> {
                HttpResponse objection = takeover.objection(head, client);
                yield objection == null ? new Plan.HandOver(takeover) : new Plan.Answer(objection);
            }
        };
    }

    private static HttpResponse otherMethods(io.netty.handler.codec.http.HttpRequest head, List<String> allowed) {
        HttpResponse response = head.method().name().equals("OPTIONS")
                ? HttpResponse.empty(204)
                : HttpResponse.plain(405, "This is done with " + String.join(" or ", allowed) + ".");
        return response.with("Allow", String.join(", ", allowed));
    }

    private void handOver(
            ChannelHandlerContext context,
            io.netty.handler.codec.http.HttpRequest head,
            Client client,
            HttpTakeover takeover) {
        server.forget(context.channel());
        takeover.take(context.pipeline(), head, client);
        context.pipeline().remove(this);
        context.fireChannelRead(head);
    }

    private void add(ChannelHandlerContext context, Incoming request, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            cutShort(context, request.head(), HttpResponse.plain(400, "The body is broken."));
            return;
        }
        int size = content.content().readableBytes();
        if (request.body().size() + size > terms.mostBodyBytes()) {
            cutShort(context, request.head(), tooLarge());
            return;
        }
        byte[] bytes = new byte[size];
        content.content().readBytes(bytes);
        request.body().writeBytes(bytes);
        if (content instanceof LastHttpContent) {
            complete(context, request);
        }
    }

    private HttpResponse tooLarge() {
        return HttpResponse.plain(413, "The body is larger than " + terms.mostBodyBytes() + " bytes.");
    }

    private void complete(ChannelHandlerContext context, Incoming request) {
        incoming = null;
        stopClock();
        context.channel().config().setAutoRead(false);
        if (server.enter()) {
            Thread.ofVirtual().name("http").start(() -> answer(context, request));
        } else {
            HttpResponse busy = HttpResponse.plain(503, "The server has too much to do.").with("Retry-After", "1");
            cutShort(context, request.head(), busy);
        }
    }

    /** Answers a request that has not come whole, or cannot be taken, and hangs up. */
    private void cutShort(
            ChannelHandlerContext context, io.netty.handler.codec.http.HttpRequest head, HttpResponse response) {
        hangingUp = true;
        incoming = null;
        stopClock();
        Channel channel = context.channel();
        channel.config().setAutoRead(true); // what still comes is thrown away
        deadline = time.after(LINGER, channel::close);
        byte[] body = ((HttpResponse.Body.Whole) response.body()).bytes();
        boolean withoutBody = head.method().name().equals("HEAD");
        DefaultFullHttpResponse full = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(withoutBody ? new byte[0] : body));
        ResponseHeaders.set(full.headers(), response, time, false);
        HttpUtil.setContentLength(full, body.length);
        channel.writeAndFlush(full).addListener(_ -> {
            if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                channel.close();
            }
        });
    }

    // ---- an answer goes out, on a virtual thread ----

    private void answer(ChannelHandlerContext context, Incoming request) {
        boolean again = false;
        try {
            HttpResponse response =
                    switch (request.plan()) {
                        case Plan.Handle(HttpHandler handler) -> handle(handler, request.whole());
                        case Plan.Answer(HttpResponse early) -> early;
                        case Plan.HandOver _ -> throw new IllegalStateException("handed over already");
                    };
            boolean keepAlive = request.keepAlive() && !server.closing();
            again = new ResponseWriter(context.channel(), time, terms.patience())
                    .write(request.head(), response, keepAlive);
        } finally {
            goOn(context, again);
            server.leave(); // last: then the loops may close
        }
    }

    private void goOn(ChannelHandlerContext context, boolean again) {
        try {
            context.executor().execute(() -> next(context, again));
        } catch (RejectedExecutionException e) {
            log.debug("The server has closed before an answer was written");
        }
    }

    private static HttpResponse handle(HttpHandler handler, HttpRequest request) {
        try {
            return handler.handle(request);
        } catch (RuntimeException e) {
            log.error("{} failed", request, e);
            return HttpResponse.plain(500, "Something went wrong in the server; its log tells more.");
        }
    }

    private void next(ChannelHandlerContext context, boolean again) {
        if (again && context.channel().isActive()) {
            expect(context);
            context.channel().config().setAutoRead(true);
        } else {
            context.close();
        }
    }

    // ---- the clock ----

    /** Gives the client its time for the next request. */
    private void expect(ChannelHandlerContext context) {
        stopClock();
        int alarm = alarms;
        deadline = time.after(terms.patience(), () -> context.executor().execute(() -> tooLate(context, alarm)));
    }

    private void tooLate(ChannelHandlerContext context, int alarm) {
        Incoming begun = incoming;
        if (alarm != alarms) {
            return;
        }
        if (begun == null) {
            context.close();
        } else {
            cutShort(context, begun.head(), HttpResponse.plain(408, "The request took too long to arrive."));
        }
    }

    private void stopClock() {
        alarms++;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }
}
