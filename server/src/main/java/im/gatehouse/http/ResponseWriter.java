package im.gatehouse.http;

import im.gatehouse.time.Time;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one answer from a virtual thread and waits until it is on its way. A client that does not read it in time is
 * hung up on.
 */
record ResponseWriter(Channel channel, Time time, Duration patience) {
    private static final Logger log = LoggerFactory.getLogger(ResponseWriter.class);
    private static final int CHUNK = 8 * 1024;

    /** Whether the connection may be used again. */
    boolean write(HttpRequest asked, HttpResponse response, boolean keepAlive) {
        boolean head = asked.method().name().equals("HEAD");
        return switch (response.body()) {
            case HttpResponse.Body.Whole(byte[] bytes) -> whole(response, bytes, head, keepAlive) && keepAlive;
            case HttpResponse.Body.Flowing(HttpResponse.Flow flow) -> {
                boolean chunked = asked.protocolVersion().equals(HttpVersion.HTTP_1_1);
                yield flowing(response, flow, head, chunked, keepAlive && chunked) && keepAlive && chunked;
            }
        };
    }

    private boolean whole(HttpResponse response, byte[] bytes, boolean head, boolean keepAlive) {
        DefaultFullHttpResponse full = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(head ? new byte[0] : bytes));
        ResponseHeaders.set(full.headers(), response, time, keepAlive);
        if (response.status() != 204 && response.status() != 304) {
            HttpUtil.setContentLength(full, bytes.length);
        }
        return sent(full);
    }

    private boolean flowing(
            HttpResponse response, HttpResponse.Flow flow, boolean head, boolean chunked, boolean keepAlive) {
        DefaultHttpResponse start =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        ResponseHeaders.set(start.headers(), response, time, keepAlive);
        HttpUtil.setTransferEncodingChunked(start, chunked);
        if (!sent(start)) {
            return false;
        }
        if (!head && !flowed(flow)) {
            channel.close(); // the client sees that something is missing
            return false;
        }
        return sent(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private boolean flowed(HttpResponse.Flow flow) {
        try (Chunks chunks = new Chunks()) {
            flow.writeTo(chunks);
            return true;
        } catch (IOException e) {
            log.debug("A client did not wait for its answer: {}", e.toString());
            return false;
        } catch (RuntimeException e) {
            log.error("An answer failed half-way", e);
            return false;
        }
    }

    private boolean sent(Object message) {
        Time.Timer clock = time.after(patience, channel::close);
        try {
            ChannelFuture future = channel.writeAndFlush(message);
            return future.awaitUninterruptibly().isSuccess();
        } finally {
            clock.cancel();
        }
    }

    /** Collects what is written and sends it at each flush, or when there is much. */
    private final class Chunks extends OutputStream {
        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            buffer.write(b);
            flushIfMuch();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            buffer.write(bytes, offset, length);
            flushIfMuch();
        }

        private void flushIfMuch() throws IOException {
            if (buffer.size() >= CHUNK) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (buffer.size() > 0) {
                DefaultHttpContent chunk = new DefaultHttpContent(Unpooled.wrappedBuffer(buffer.toByteArray()));
                buffer.reset();
                if (!sent(chunk)) {
                    throw new IOException("The client has gone");
                }
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
