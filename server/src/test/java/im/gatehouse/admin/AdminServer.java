package im.gatehouse.admin;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.account.SignInThrottle;
import im.gatehouse.account.ThrottleSettings;
import im.gatehouse.admin.graphql.AdminDoor;
import im.gatehouse.admin.graphql.GraphQlEndpoint;
import im.gatehouse.admin.graphql.GraphQlEngine;
import im.gatehouse.admin.operations.AccountOperations;
import im.gatehouse.admin.operations.DomainOperations;
import im.gatehouse.admin.operations.DomainPasswords;
import im.gatehouse.admin.operations.MetricOperations;
import im.gatehouse.admin.operations.ServerOperations;
import im.gatehouse.admin.operations.SessionOperations;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.AddressRange;
import im.gatehouse.config.ConfigException;
import im.gatehouse.config.Problem;
import im.gatehouse.http.HttpRouter;
import im.gatehouse.http.HttpServer;
import im.gatehouse.http.HttpTerms;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.Administration;
import im.gatehouse.session.Admitted;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import im.gatehouse.transport.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The administration of a real server on a free port, on a fresh SQLite file, for the domains a.example and b.example. */
public final class AdminServer implements AutoCloseable {
    public static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * An answer.
     *
     * @param status of HTTP
     */
    public record Answer(int status, JsonNode json) {
        /** The code of the first error, or nothing. */
        public String code() {
            return json.path("errors").path(0).path("extensions").path("code").asString("");
        }

        public String message() {
            return json.path("errors").path(0).path("message").asString("");
        }
    }

    public final MovableTime time = new MovableTime();
    public final Administration administration = new Administration();
    public final Sessions sessions = new Sessions(() -> 10);
    public final Accounts accounts;
    public final DomainPasswords domainPasswords;
    public final Metrics metrics = new Metrics(time, false);
    public final AdminToken token;
    public final CountDownLatch stopped = new CountDownLatch(1);
    public final AtomicReference<List<AddressRange>> trustedProxies = new AtomicReference<>(List.of());
    public final URI base;

    /** What a new configuration leads to: keys that need a restart, or problems. */
    public List<String> reloadNeedsRestart = List.of();

    public List<Problem> reloadProblems = List.of();

    private final Database database;
    private final Loops loops = new Loops(1);
    private final HttpServer http;
    private HttpClient client = HttpClient.newHttpClient();

    public AdminServer(Path folder, AdminOperations... more) throws IOException {
        LinkedHashSet<String> hosts = new LinkedHashSet<>(List.of("a.example", "b.example"));
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("gatehouse.db"), null, null, 4));
        ScramSettings weak = new ScramSettings(ScramSettings.LEAST_ITERATIONS);
        accounts = new Accounts(database, weak, Set.copyOf(hosts), time, new byte[32]);
        domainPasswords = new DomainPasswords(database, time, 4096);
        token = AdminToken.in(folder);
        token.createIfMissing();
        ServerOperations.Control control = new ServerOperations.Control(
                "1.2.3", time.now(), () -> true, () -> List.of("c2s 127.0.0.1:5222"), this::reload, stopped::countDown);
        administration.add("core", AccountOperations.of(accounts));
        administration.add("core", SessionOperations.of(accounts, sessions, new SingleNode(), time));
        administration.add("core", ServerOperations.of(control, time));
        administration.add("core", DomainOperations.of(hosts, domainPasswords));
        administration.add("core", MetricOperations.of(metrics));
        for (AdminOperations each : more) {
            administration.add("test", each);
        }
        HttpRouter router = new HttpRouter();
        GraphQlEngine engine = new GraphQlEngine(
                administration, domain -> domain.equals("rooms.a.example") ? "a.example" : domain);
        AdminDoor door =
                new AdminDoor(token, domainPasswords::check, new SignInThrottle(ThrottleSettings.DEFAULT, time));
        new GraphQlEndpoint(engine, door).addTo(router);
        http = new HttpServer(loops, time, router, HttpTerms.usual(trustedProxies::get, hosts::contains));
        InetSocketAddress address = http.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        base = URI.create("http://127.0.0.1:" + address.getPort());
    }

    private List<String> reload() {
        if (!reloadProblems.isEmpty()) {
            throw new ConfigException(reloadProblems);
        }
        return reloadNeedsRestart;
    }

    /** How the server's administrator signs in. */
    public String bearer() {
        return "Bearer " + token.read().orElseThrow();
    }

    /** How a domain's administrator signs in. */
    public static String basic(String user, String password) {
        byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(text);
    }

    /** Asks as the server's administrator. */
    public Answer ask(String query) {
        return ask(query, Map.of(), null, bearer());
    }

    public Answer ask(String query, Map<String, ?> variables) {
        return ask(query, variables, null, bearer());
    }

    public Answer ask(String query, Map<String, ?> variables, @Nullable String operation, String authorization) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("query", query);
        request.put("variables", variables);
        if (operation != null) {
            request.put("operationName", operation);
        }
        return post(JSON.writeValueAsString(request), Map.of("Authorization", authorization));
    }

    /** Moves the clock, after which the server lets go of connections that have rested so long; so does the client. */
    public void forward(Duration by) {
        client.close();
        time.forward(by);
        client = HttpClient.newHttpClient();
    }

    /** Sends a body as JSON, with headers more. */
    public Answer post(String body, Map<String, String> headers) {
        HttpResponse<String> response = send(body, headers);
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    public HttpResponse<String> send(String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(GraphQlEndpoint.PATH))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        headers.forEach(request::setHeader);
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A client that is connected, and what it was told at the end. */
    public final class Client implements Outlet {
        public final List<StreamError> ends = new ArrayList<>();
        private @Nullable Session session;

        @Override
        public void send(Stanza stanza) {}

        @Override
        public void end(StreamError error) {
            ends.add(error);
            sessions.close(java.util.Objects.requireNonNull(session));
        }
    }

    /** Connects a client with that full address. */
    public Client connect(String jid) {
        Client outlet = new Client();
        InetSocketAddress address = new InetSocketAddress("203.0.113.9", 40_000);
        Session session = Admitted.session(sessions, Jid.parse(jid), address, time.now(), outlet, new Lane(100));
        outlet.session = session;
        sessions.register(session, Sessions.Conflict.REFUSE);
        return outlet;
    }

    @Override
    public void close() {
        client.close();
        http.close();
        loops.close();
        domainPasswords.close();
        accounts.close();
        metrics.close();
        database.close();
    }
}
