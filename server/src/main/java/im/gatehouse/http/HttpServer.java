package im.gatehouse.http;

import im.gatehouse.time.Time;
import im.gatehouse.transport.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/1.1 on one port: administration, figures, health, and whatever modules add to the router. Requests are
 * answered on virtual threads; nothing here blocks an event loop.
 */
public final class HttpServer implements AutoCloseable {
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int LONGEST_HEADERS = 16 * 1024;
    private static final long SECONDS_TO_FINISH = 5;

    private final Loops loops;
    private final Time time;
    private final HttpRouter router;
    private final HttpTerms terms;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();

    /** How many requests are being answered. Guarded by the lock. */
    private int underWay;

    private volatile boolean closing;
    /** Written while the server is put together. */
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** The name under which the port was opened. Written before anybody can connect. */
    private volatile String listenName = "";

    public HttpServer(Loops loops, Time time, HttpRouter router, HttpTerms terms) {
        this.loops = loops;
        this.time = time;
        this.router = router;
        this.terms = terms;
    }

    /**
     * Opens the port.
     *
     * @param address where to listen; port 0 takes any free one
     * @return where it listens
     * @throws IOException when it cannot
     */
    public InetSocketAddress open(InetSocketAddress address) throws IOException {
        return open(address, null);
    }

    /**
     * Opens one port more, of the same address, on which all is encrypted.
     *
     * @param tls makes the handler that does TLS
     * @throws IOException when it cannot
     */
    public InetSocketAddress openEncrypted(InetSocketAddress address, Supplier<ChannelHandler> tls) throws IOException {
        return open(address, tls);
    }

    private InetSocketAddress open(InetSocketAddress address, @Nullable Supplier<ChannelHandler> tls)
            throws IOException {
        listenName = address.getHostString();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 256)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, tls);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        listening.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /** Counts a connection no longer, which somebody else has taken over. */
    void forget(Channel channel) {
        connections.remove(channel);
    }

    private void accept(Channel channel, @Nullable Supplier<ChannelHandler> tls) {
        if (closing || connections.size() >= terms.mostConnections()) {
            channel.close();
            return;
        }
        connections.add(channel);
        if (tls != null) {
            channel.pipeline().addLast(tls.get());
        }
        HttpDecoderConfig limits =
                new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LONGEST_HEADERS);
        channel.pipeline()
                .addLast(new HttpServerCodec(limits))
                .addLast(new FlowControlHandler())
                .addLast(new HttpConnection(this, router, terms, time));
    }

    /** Whether one request more may be answered; if so, {@link #leave} comes after its answer. */
    boolean enter() {
        lock.lock();
        try {
            if (underWay >= terms.mostAtOnce()) {
                return false;
            }
            underWay++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            underWay--;
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the server goes by that name: see {@link HttpTerms#knows}, or it listens under it. */
    boolean knows(String host) {
        return terms.knows(host) || host.replaceFirst(":\\d*$", "").equalsIgnoreCase(listenName);
    }

    boolean closing() {
        return closing;
    }

    /** Stops listening, lets requests that are being answered come to their end for five seconds, and hangs up. */
    @Override
    public void close() {
        closing = true;
        listening.forEach(port -> port.close().awaitUninterruptibly());
        awaitQuiet();
        connections.close().awaitUninterruptibly();
    }

    private void awaitQuiet() {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(SECONDS_TO_FINISH);
            while (underWay > 0 && left > 0) {
                left = quiet.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
