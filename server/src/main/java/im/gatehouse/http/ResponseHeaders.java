package im.gatehouse.http;

import im.gatehouse.time.Time;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The headers of every answer. */
final class ResponseHeaders {
    private ResponseHeaders() {}

    static void set(HttpHeaders headers, HttpResponse response, Time time, boolean keepAlive) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(time.now().atOffset(ZoneOffset.UTC));
        headers.set(HttpHeaderNames.DATE, date);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        response.headers().forEach(headers::set);
        headers.set(HttpHeaderNames.CONNECTION, keepAlive ? "keep-alive" : "close");
    }
}
