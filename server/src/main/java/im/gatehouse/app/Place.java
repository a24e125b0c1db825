package im.gatehouse.app;

import java.net.InetSocketAddress;

/** Where a listener is, written for people and for URLs. */
final class Place {
    private Place() {}

    /** Such as {@code 127.0.0.1:5222} or {@code [::1]:5222}. */
    static String of(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
    }
}
