package im.gatehouse.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect from a browser. A page can reach what its reader's machine can reach, so pages from anywhere
 * are not let in unless the operator says so. Who is no browser names no origin and is let in.
 *
 * @param listed origins such as {@code https://chat.example.com}, {@code "*"} for all; may change while the server runs
 * @param ownNames whether a host in lower case is one of the server's, or below one
 */
public record Origins(Supplier<List<String>> listed, Predicate<String> ownNames) {
    /**
     * Whether a request may be served.
     *
     * @param told the values of its header {@code Origin}
     * @param host the value of its header {@code Host}, which has been checked
     */
    boolean allow(List<String> told, @Nullable String host) {
        return told.isEmpty() || told.size() == 1 && allow(told.getFirst(), host);
    }

    private boolean allow(String origin, @Nullable String host) {
        List<String> known = listed.get();
        if (known.contains("*") || known.stream().anyMatch(origin::equalsIgnoreCase)) {
            return true;
        }
        String from = hostOf(origin);
        return from != null && (ownNames.test(from) || host != null && from.equals(hostOf("http://" + host)));
    }

    /** The host of a page, or null where there is none, as for {@code null} or a file. */
    private static @Nullable String hostOf(String origin) {
        try {
            URI uri = new URI(origin);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            return web && uri.getHost() != null ? uri.getHost().toLowerCase(Locale.ROOT) : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }
}
