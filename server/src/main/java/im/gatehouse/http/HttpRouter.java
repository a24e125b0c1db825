package im.gatehouse.http;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * What is served under which path. Routes may come and go while the server runs; safe from any thread.
 *
 * <p>A path that ends with a slash stands for all below it, any other for itself alone; the longest that fits wins.
 * {@code HEAD} is answered by what answers {@code GET}, and {@code OPTIONS} by the list of methods.
 */
public final class HttpRouter {
    /** Who answers. */
    sealed interface Target {
        record Answers(HttpHandler handler) implements Target {}

        record TakesOver(HttpTakeover takeover) implements Target {}
    }

    /**
     * @param anyHost whether it is served under whatever name the client calls the server
     */
    record Route(String method, String path, Target target, boolean anyHost) {
        boolean fits(String asked) {
            return path.endsWith("/") ? asked.startsWith(path) : asked.equals(path);
        }
    }

    /** What a request leads to. */
    sealed interface Match {
        record Found(Route route) implements Match {}

        /** The path is there, the method is not. */
        record OtherMethods(List<String> allowed) implements Match {}

        record Nothing() implements Match {}
    }

    private final List<Route> routes = new CopyOnWriteArrayList<>();

    /**
     * Serves a path.
     *
     * @return takes it away again
     */
    public Runnable add(String method, String path, HttpHandler handler) {
        return add(new Route(method, path, new Target.Answers(handler), false));
    }

    /** As {@link #add}, for what reveals nothing and is asked for under many names, such as health checks. */
    public Runnable addForAnyHost(String method, String path, HttpHandler handler) {
        return add(new Route(method, path, new Target.Answers(handler), true));
    }

    /**
     * Hands connections over that ask for a path.
     *
     * @return takes it away again
     */
    public Runnable takeOver(String method, String path, HttpTakeover takeover) {
        return add(new Route(method, path, new Target.TakesOver(takeover), false));
    }

    private Runnable add(Route route) {
        routes.add(route);
        return () -> routes.remove(route);
    }

    Match find(String method, String path) {
        int longest = fitting(path).mapToInt(route -> route.path().length()).max().orElse(-1);
        List<Route> best =
                fitting(path).filter(route -> route.path().length() == longest).toList();
        String wanted = method.equals("HEAD") ? "GET" : method;
        for (Route route : best) {
            if (route.method().equals(wanted)) {
                return new Match.Found(route);
            }
        }
        return best.isEmpty() ? new Match.Nothing() : new Match.OtherMethods(methods(best));
    }

    private Stream<Route> fitting(String path) {
        return routes.stream().filter(route -> route.fits(path));
    }

    private static List<String> methods(List<Route> routes) {
        TreeSet<String> methods = new TreeSet<>(List.of("OPTIONS"));
        for (Route route : routes) {
            methods.add(route.method());
            if (route.method().equals("GET") && route.target() instanceof Target.Answers) {
                methods.add("HEAD");
            }
        }
        return List.copyOf(methods);
    }
}
