package im.gatehouse.http;

import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells clients in browsers where to connect (XEP-0156 version 1.4.0): {@code /.well-known/host-meta} and its form in
 * JSON, for pages from everywhere.
 *
 * @param path where the WebSocket is on this server
 * @param configured where it is as clients see it; empty to say what the request itself was made to; may change while
 *     the server runs
 */
public record HostMeta(String path, Supplier<Optional<String>> configured) {
    private static final String XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
    private static final String RELATION = "urn:xmpp:alt-connections:websocket";
    private static final JsonMapper JSON = new JsonMapper();

    /** Adds both forms. */
    public void addTo(HttpRouter router) {
        router.add("GET", "/.well-known/host-meta", request -> answer("application/xrd+xml", xml(url(request))));
        router.add("GET", "/.well-known/host-meta.json", request -> answer("application/json", json(url(request))));
    }

    private static HttpResponse answer(String type, String text) {
        return HttpResponse.text(200, type + "; charset=utf-8", text).with("Access-Control-Allow-Origin", "*");
    }

    private String url(HttpRequest request) {
        return configured.get()
                .orElseGet(() -> (request.secure() ? "wss://" : "ws://") + request.header("Host") + path);
    }

    private static String xml(String url) {
        return "<?xml version='1.0' encoding='utf-8'?>\n"
                + Element.builder("XRD", XRD)
                        .child(Element.builder("Link", XRD)
                                .attribute("rel", RELATION)
                                .attribute("href", url)
                                .build())
                        .build()
                + "\n";
    }

    private static String json(String url) {
        return JSON.writeValueAsString(Map.of("links", List.of(Map.of("rel", RELATION, "href", url)))) + "\n";
    }
}
