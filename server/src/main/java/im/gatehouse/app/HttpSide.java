package im.gatehouse.app;

import im.gatehouse.account.SignInThrottle;
import im.gatehouse.account.SignInTokens;
import im.gatehouse.account.ThrottleSettings;
import im.gatehouse.admin.AdminToken;
import im.gatehouse.admin.graphql.AdminDoor;
import im.gatehouse.admin.graphql.GraphQlEndpoint;
import im.gatehouse.admin.graphql.GraphQlEngine;
import im.gatehouse.admin.operations.AccountOperations;
import im.gatehouse.admin.operations.DomainOperations;
import im.gatehouse.admin.operations.DomainPasswords;
import im.gatehouse.admin.operations.MetricOperations;
import im.gatehouse.admin.operations.ServerOperations;
import im.gatehouse.admin.operations.SessionOperations;
import im.gatehouse.admin.operations.TokenOperations;
import im.gatehouse.config.ListenConfig.HttpListener;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.http.HttpRouter;
import im.gatehouse.http.HttpServer;
import im.gatehouse.http.HttpTerms;
import im.gatehouse.http.StatusRoutes;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Administration;
import im.gatehouse.module.ServerParts;
import im.gatehouse.transport.Loops;
import im.gatehouse.transport.tls.Tls;
import im.gatehouse.transport.websocket.WebSocketDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the server offers over HTTP: administration, figures and health. */
final class HttpSide implements AutoCloseable {
    private final HttpServer server;
    private final DomainPasswords passwords;
    private final InetSocketAddress address;
    private final Optional<InetSocketAddress> encrypted;

    private HttpSide(
            HttpServer server,
            DomainPasswords passwords,
            InetSocketAddress address,
            Optional<InetSocketAddress> encrypted) {
        this.server = server;
        this.passwords = passwords;
        this.address = address;
        this.encrypted = encrypted;
    }

    /**
     * Opens the listener.
     *
     * @param config the configuration as it is at each use
     * @param webSockets where WebSockets come in; null for nowhere
     * @throws StartException when the port or the token cannot be had
     */
    static HttpSide open(
            Loops loops,
            ServerParts floors,
            SignInTokens tokens,
            Supplier<ServerConfig> config,
            ServerOperations.Control control,
            Tls tls,
            @Nullable WebSocketDoor webSockets) {
        AdminToken token = token(floors);
        DomainPasswords passwords = new DomainPasswords(
                floors.database(), floors.time(), config.get().auth().scramIterations());
        offerOperations(floors, passwords, tokens, control);
        GraphQlEngine engine = new GraphQlEngine(floors.administration(), floors.router()::hostOf);
        engine.prepare();
        AdminDoor door = new AdminDoor(
                token, passwords::check, new SignInThrottle(ThrottleSettings.DEFAULT, floors.time()));
        HttpRouter router = new HttpRouter();
        new GraphQlEndpoint(engine, door).addTo(router);
        StatusRoutes.add(router, control.ready(), Metrics.CONTENT_TYPE, floors.metrics()::prometheus);
        HttpTerms terms = HttpTerms.usual(() -> config.get().listen().http().trustedProxies(), floors.hosts()::contains);
        if (webSockets != null) {
            WebSocketPort.add(router, terms, webSockets, config);
        }
        HttpServer server = new HttpServer(loops, floors.time(), router, terms);
        HttpListener settings = config.get().listen().http();
        InetSocketAddress address = listen(settings, "port", settings.port(), server::open);
        if (settings.tlsPort().isEmpty()) {
            return new HttpSide(server, passwords, address, Optional.empty());
        }
        InetSocketAddress encrypted = listen(
                settings,
                "tls_port",
                settings.tlsPort().getAsInt(),
                place -> server.openEncrypted(place, () -> tls.starting("", false)));
        return new HttpSide(server, passwords, address, Optional.of(encrypted));
    }

    private static AdminToken token(ServerParts floors) {
        AdminToken token = AdminToken.in(floors.dataDirectory());
        try {
            token.createIfMissing();
        } catch (IOException e) {
            throw new StartException(
                    "The administrator token %s cannot be written (%s): check the folder's owner and mode"
                            .formatted(token.file(), Causes.of(e)),
                    e);
        }
        return token;
    }

    private static void offerOperations(
            ServerParts floors, DomainPasswords passwords, SignInTokens tokens, ServerOperations.Control control) {
        Administration administration = floors.administration();
        administration.add("account", AccountOperations.of(floors.accounts()));
        administration.add("token", TokenOperations.of(floors.accounts(), tokens));
        administration.add(
                "session",
                SessionOperations.of(floors.accounts(), floors.sessions(), floors.cluster(), floors.time()));
        administration.add("server", ServerOperations.of(control, floors.time()));
        administration.add("domain", DomainOperations.of(new LinkedHashSet<>(floors.hosts()), passwords));
        administration.add("metric", MetricOperations.of(floors.metrics()));
    }

    /** Opens a port. */
    private interface Opening {
        InetSocketAddress open(InetSocketAddress place) throws IOException;
    }

    private static InetSocketAddress listen(HttpListener http, String key, int port, Opening opening) {
        try {
            return opening.open(new InetSocketAddress(http.address(), port));
        } catch (IOException e) {
            throw new StartException(
                    "Cannot listen for HTTP on %s port %d (%s): choose another %s in [listen.http] or stop what uses it"
                            .formatted(http.address(), port, Causes.of(e), key),
                    e);
        }
    }

    /** Where it listens, without a path. */
    String url() {
        return "http://" + Place.of(address);
    }

    /** Where it listens for TLS, without a path; empty for nowhere. */
    Optional<String> encryptedUrl() {
        return encrypted.map(place -> "https://" + Place.of(place));
    }

    @Override
    public void close() {
        server.close();
        passwords.close();
    }
}
