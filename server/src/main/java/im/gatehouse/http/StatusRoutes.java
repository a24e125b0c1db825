package im.gatehouse.http;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What machines ask a server: whether it lives, whether it is ready for clients, and its figures. */
public final class StatusRoutes {
    private StatusRoutes() {}

    /**
     * Adds {@code /health/live}, {@code /health/ready} and {@code /metrics}. Nobody has to sign in for them.
     *
     * @param ready whether clients are served; quick, from any thread
     * @param figuresType the content type of the figures
     * @param figures what {@code /metrics} shows
     */
    public static void add(HttpRouter router, BooleanSupplier ready, String figuresType, Supplier<String> figures) {
        router.addForAnyHost("GET", "/health/live", _ -> HttpResponse.plain(200, "live"));
        router.addForAnyHost("GET", "/health/ready", _ -> readiness(ready.getAsBoolean()));
        router.addForAnyHost("GET", "/metrics", _ -> HttpResponse.text(200, figuresType, figures.get()));
    }

    private static HttpResponse readiness(boolean ready) {
        return ready ? HttpResponse.plain(200, "ready") : HttpResponse.plain(503, "not ready");
    }
}
