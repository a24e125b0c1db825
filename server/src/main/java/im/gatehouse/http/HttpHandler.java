package im.gatehouse.http;

/** Answers requests. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers one request, on a virtual thread of its own: it may block. What it throws becomes a 500 without details,
     * and is logged.
     */
    HttpResponse handle(HttpRequest request);
}
