package im.gatehouse.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has arrived whole.
 *
 * @param path decoded, without the query
 * @param query what follows the question mark, not decoded; empty when there is none
 * @param client the client's own address: that of the connection, or what a trusted proxy says
 * @param secure whether the client came by TLS as far as the server or a trusted proxy
 */
public record HttpRequest(
        String method,
        String path,
        String query,
        HttpHeaders headers,
        byte[] body,
        InetAddress client,
        boolean secure) {

    /** The first header of that name, in any case, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /**
     * The decoded parameters of the query.
     *
     * @throws IllegalArgumentException when they are not well encoded
     */
    public Map<String, List<String>> parameters() {
        return new QueryStringDecoder(query, false).parameters();
    }

    /** Without headers, query, body and address, which are nobody's business in a log. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
