package im.gatehouse.app;

import im.gatehouse.config.ListenConfig.WebSocketEncryption;
import im.gatehouse.config.ListenConfig.WebSocketListener;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.http.HostMeta;
import im.gatehouse.http.HttpRouter;
import im.gatehouse.http.HttpTerms;
import im.gatehouse.http.Origins;
import im.gatehouse.http.WebSocketUpgrade;
import im.gatehouse.stream.Connection;
import im.gatehouse.stream.Entrance;
import im.gatehouse.stream.StreamHandler;
import im.gatehouse.time.Time;
import im.gatehouse.transport.websocket.WebSocketDoor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes of {@code [listen.websocket]} what the transport, the streams and HTTP need to know. */
final class WebSocketPort {
    private WebSocketPort() {}

    /**
     * @param config the configuration as it is at each use
     * @param streams makes what hears a new connection
     */
    static WebSocketDoor door(Supplier<ServerConfig> config, Time time, Function<Connection, StreamHandler> streams) {
        WebSocketListener settings = config.get().listen().websocket();
        WebSocketDoor.Terms terms = new WebSocketDoor.Terms(
                settings.maxConnectionsPerAddress(),
                () -> config.get().limits().signInBytes(),
                () -> config.get().limits().stanzaBytes(),
                ClientPort.MOST_UNWRITTEN,
                settings.beat());
        return new WebSocketDoor(terms, time, streams);
    }

    /** What holds for a client. One on this machine needs no TLS, since nobody can listen between. */
    static Entrance entrance(WebSocketListener settings, Connection connection) {
        boolean required = settings.encryption() == WebSocketEncryption.REQUIRED
                && !connection.remoteAddress().getAddress().isLoopbackAddress();
        return new Entrance(required, settings.maxSignIn(), settings.backwardsCompatibleSession());
    }

    /** Serves the door, and says where it is. */
    static void add(HttpRouter router, HttpTerms terms, WebSocketDoor door, Supplier<ServerConfig> config) {
        String path = config.get().listen().websocket().path();
        Origins origins = new Origins(() -> config.get().listen().websocket().origins(), terms::isOwn);
        router.takeOver("GET", path, new WebSocketUpgrade(door, origins, ClientPort::bindings));
        new HostMeta(path, () -> config.get().listen().websocket().publicUrl()).addTo(router);
    }
}
