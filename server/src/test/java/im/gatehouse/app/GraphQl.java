package im.gatehouse.app;

import im.gatehouse.admin.AdminServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Somebody who sends GraphQL to a {@link RunningServer}, signed in as its {@code Authorization} header says. */
final class GraphQl implements AutoCloseable {
    /**
     * An answer.
     *
     * @param status of HTTP
     */
    record Answer(int status, JsonNode json) {
        /** The code of the first error, or nothing. */
        String code() {
            return json.path("errors").path(0).path("extensions").path("code").asString("");
        }
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI url;
    private final String authorization;

    GraphQl(RunningServer running, String authorization) {
        this.url = URI.create(running.server().httpUrl() + "/api/graphql");
        this.authorization = authorization;
    }

    Answer ask(String document) {
        return ask(document, Map.of(), "");
    }

    /**
     * @param operation which of the document's operations; empty for the only one
     */
    Answer ask(String document, Map<String, ?> variables, String operation) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("query", document, "variables", variables));
        if (!operation.isEmpty()) {
            body.put("operationName", operation);
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(AdminServer.JSON.writeValueAsString(body)))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), AdminServer.JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
