package im.gatehouse.admin.graphql;

import im.gatehouse.admin.graphql.AdminDoor.Entry;
import im.gatehouse.admin.graphql.GraphQlEngine.Answer;
import im.gatehouse.admin.graphql.GraphQlEngine.Caller;
import im.gatehouse.http.HttpHandler;
import im.gatehouse.http.HttpRequest;
import im.gatehouse.http.HttpResponse;
import im.gatehouse.http.HttpRouter;
import im.gatehouse.module.AdminCall.Actor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /api/graphql}: one GraphQL request as JSON, answered with JSON. Nothing is answered to who has not signed
 * in, the schema neither.
 *
 * <p>With {@code Accept: application/x-ndjson} the answer is lines of JSON: {@code {"progress": "…"}} while long work
 * is done, and at last {@code {"status": 200, "answer": {…}}} with the status that the answer would have had alone.
 */
public final class GraphQlEndpoint implements HttpHandler {
    public static final String PATH = "/api/graphql";

    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final GraphQlEngine engine;
    private final AdminDoor door;

    public GraphQlEndpoint(GraphQlEngine engine, AdminDoor door) {
        this.engine = engine;
        this.door = door;
    }

    /** Serves it. */
    public Runnable addTo(HttpRouter router) {
        return router.add("POST", PATH, this);
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        return switch (door.admit(request)) {
            case Entry.Admitted(Actor actor) -> admitted(request, actor);
            case Entry.Nobody _ ->
                unknown(Failure.of(Failure.NO_PERMISSIONS, "Cannot execute query ROOT without permissions"));
            case Entry.Wrong _ -> unknown(Failure.of("wrong_credentials", "The provided credentials are wrong"));
            case Entry.Wait(var time) ->
                json(Answer.of(429, Failure.of("too_many_attempts", "Too many wrong credentials came from there")))
                        .with("Retry-After", Long.toString(time.toSeconds() + 1));
        };
    }

    private static HttpResponse unknown(Failure failure) {
        return json(Answer.of(401, failure));
    }

    private HttpResponse admitted(HttpRequest request, Actor actor) {
        if (!isJson(request)) {
            return json(Answer.of(415, Failure.of("unsupported_media_type", "The body must be " + JSON)));
        }
        try {
            GraphQlEngine.Request asked = read(request.body());
            String accept = request.header("Accept");
            return accept != null && accept.contains(LINES)
                    ? HttpResponse.flowing(200, LINES, out -> writeLines(out, asked, new Caller(actor, request.client())))
                    : json(engine.execute(asked, new Caller(actor, request.client()), _ -> {}));
        } catch (Malformed e) {
            return json(Answer.of(400, e.failure));
        }
    }

    private static boolean isJson(HttpRequest request) {
        String type = request.header("Content-Type");
        String essence = type == null ? "" : type.split(";", 2)[0].strip();
        return essence.toLowerCase(Locale.ROOT).equals(JSON);
    }

    // ---- the request ----

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Failure failure;

        Malformed(String code, String message) {
            super(message, null, false, false);
            this.failure = Failure.of(code, message);
        }
    }

    private static GraphQlEngine.Request read(byte[] body) throws Malformed {
        Map<?, ?> request = object(body);
        if (!(request.get("query") instanceof String query)) {
            throw new Malformed("no_query_supplied", "The query was not supplied in the request body");
        }
        @Nullable String name = switch (request.get("operationName")) {
            case String given -> given;
            case null -> null;
            default -> throw new Malformed("invalid_json_body", "The operationName is no string");
        };
        return new GraphQlEngine.Request(query, name, variables(request.get("variables")));
    }

    private static Map<?, ?> object(byte[] body) throws Malformed {
        try {
            if (MAPPER.readValue(body, Object.class) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (JacksonException e) {
            // Answered as what is no object.
        }
        throw new Malformed("invalid_json_body", "The request JSON body is invalid: it must be one object");
    }

    private static Map<String, Object> variables(@Nullable Object given) throws Malformed {
        return switch (given) {
            case null -> Map.of();
            case Map<?, ?> map -> {
                Map<String, Object> variables = new HashMap<>();
                map.forEach((name, value) -> variables.put(String.valueOf(name), value));
                yield variables;
            }
            default -> throw new Malformed("variables_invalid_json", "The variables' JSON is invalid: it must be an object");
        };
    }

    // ---- the answer ----

    private static HttpResponse json(Answer answer) {
        HttpResponse response = HttpResponse.bytes(answer.status(), JSON, MAPPER.writeValueAsBytes(answer.body()));
        return answer.status() == 401 ? response.with("WWW-Authenticate", "Bearer realm=\"gatehouse\"") : response;
    }

    private void writeLines(OutputStream out, GraphQlEngine.Request asked, Caller caller) throws IOException {
        Lines lines = new Lines(out);
        Answer answer = engine.execute(asked, caller, lines::progress);
        Map<String, Object> last = new LinkedHashMap<>();
        last.put("status", answer.status());
        last.put("answer", answer.body());
        lines.write(last);
    }

    /** Lines of JSON. What is told to a client that has gone is lost, and the work goes on. */
    private static final class Lines {
        private final OutputStream out;
        private boolean gone;

        Lines(OutputStream out) {
            this.out = out;
        }

        synchronized void progress(String text) {
            if (!gone) {
                try {
                    write(Map.of("progress", text));
                } catch (IOException e) {
                    gone = true;
                }
            }
        }

        synchronized void write(Map<String, Object> line) throws IOException {
            out.write((MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
