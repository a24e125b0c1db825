package im.gatehouse.http;

import im.gatehouse.config.AddressRange;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What an HTTP server puts up with.
 *
 * @param trustedProxies who may say in {@code X-Forwarded-For} and {@code X-Forwarded-Proto} for whom they ask; may
 *     change while the server runs
 * @param ownNames whether a name in lower case is one of the server's; what is below it is the server's too, and
 *     {@code localhost} and IP addresses always are
 * @param mostBodyBytes how large a request's body may be
 * @param mostAtOnce how many requests are answered at a time; more get a 503
 * @param mostConnections how many connections there may be; more are closed at once
 * @param patience how long a client may take for a whole request, from the opening of the connection or the last
 *     answer, and for the reading of an answer
 */
public record HttpTerms(
        Supplier<List<AddressRange>> trustedProxies,
        Predicate<String> ownNames,
        int mostBodyBytes,
        int mostAtOnce,
        int mostConnections,
        Duration patience) {

    /** 1 MiB, 256 requests at once, 4,096 connections, 30 seconds. */
    public static HttpTerms usual(Supplier<List<AddressRange>> trustedProxies, Predicate<String> ownNames) {
        return new HttpTerms(trustedProxies, ownNames, 1 << 20, 256, 4096, Duration.ofSeconds(30));
    }

    /**
     * Whether the server goes by that name. A page of another site that has its own name point here, to have a browser
     * ask on its behalf, comes with a name that is not ours; it cannot come with an address.
     *
     * @param host the value of the {@code Host} header, with or without a port
     */
    boolean knows(String host) {
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name)
                || isOwn(name);
    }

    /**
     * Whether a name in lower case is one of the server's. Whoever has a domain has all below it, so {@code
     * chat.example.org} may stand for {@code example.org}.
     */
    public boolean isOwn(String name) {
        if (ownNames.test(name)) {
            return true;
        }
        int dot = name.indexOf('.');
        return dot >= 0 && isOwn(name.substring(dot + 1));
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
