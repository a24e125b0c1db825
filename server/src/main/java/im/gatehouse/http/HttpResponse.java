package im.gatehouse.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer. The server adds what is always the same: length, date, {@code nosniff}, and, unless the answer brings its
 * own, a content security policy that allows nothing and {@code no-store}.
 *
 * @param status for instance 200
 */
public record HttpResponse(int status, Map<String, String> headers, Body body) {
    /** What is sent after the headers. */
    public sealed interface Body {
        /** All of it at once. */
        record Whole(byte[] bytes) implements Body {}

        /** Bit by bit, as it comes. */
        record Flowing(Flow flow) implements Body {}
    }

    /** Writes a body bit by bit. */
    @FunctionalInterface
    public interface Flow {
        /**
         * Writes the body, on the virtual thread of the request.
         *
         * @param out sends what was written at each {@code flush}, and waits until the client takes it
         * @throws IOException when the client has gone
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** A text in UTF-8. */
    public static HttpResponse text(int status, String contentType, String text) {
        return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    public static HttpResponse bytes(int status, String contentType, byte[] bytes) {
        return new HttpResponse(status, Map.of("Content-Type", contentType), new Body.Whole(bytes));
    }

    /** A plain sentence for people. */
    public static HttpResponse plain(int status, String text) {
        return text(status, "text/plain; charset=utf-8", text + "\n");
    }

    /** A body that is not known from the start. */
    public static HttpResponse flowing(int status, String contentType, Flow flow) {
        return new HttpResponse(status, Map.of("Content-Type", contentType), new Body.Flowing(flow));
    }

    /** Nothing but a status. */
    public static HttpResponse empty(int status) {
        return new HttpResponse(status, Map.of(), new Body.Whole(new byte[0]));
    }

    /** This answer with one header more. */
    public HttpResponse with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpResponse(status, more, body);
    }
}
