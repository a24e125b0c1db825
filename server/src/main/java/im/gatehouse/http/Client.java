package im.gatehouse.http;

import im.gatehouse.config.AddressRange;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Who asks.
 *
 * @param address the client's own
 * @param secure whether it came by TLS as far as the server or a trusted proxy
 * @param proxied whether a trusted proxy asks for it
 */
public record Client(InetAddress address, boolean secure, boolean proxied) {
    /**
     * Finds the client. {@code X-Forwarded-For} is read from its end, where the nearest proxy has written; the first
     * address that is not itself a trusted proxy's is the client's, and what stands before it may be invented.
     *
     * @param peer the other end of the connection
     * @param encrypted whether the connection is
     */
    static Client of(InetAddress peer, boolean encrypted, HttpHeaders headers, List<AddressRange> trusted) {
        if (!trusts(trusted, peer)) {
            return new Client(peer, encrypted, false);
        }
        InetAddress client = peer;
        List<String> told = headers.getAll("X-Forwarded-For").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .toList();
        for (String text : told.reversed()) {
            InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
            if (address == null) {
                break;
            }
            client = address;
            if (!trusts(trusted, address)) {
                break;
            }
        }
        String protocol = headers.get("X-Forwarded-Proto");
        boolean speaksForItself = told.isEmpty() && protocol == null;
        return new Client(client, speaksForItself ? encrypted : "https".equalsIgnoreCase(protocol), true);
    }

    private static boolean trusts(List<AddressRange> trusted, InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }
}
