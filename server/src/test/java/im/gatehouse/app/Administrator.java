package im.gatehouse.app;

import im.gatehouse.admin.AdminToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The administrator of a {@link RunningServer}, over HTTP. */
final class Administrator implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    Administrator(RunningServer running) {
        url = running.server().httpUrl();
        token = AdminToken.in(running.config().resolveSibling("data")).read().orElseThrow();
    }

    /** Has something changed, which must succeed: {@code category { operation(argument: "value") }}. */
    void change(String mutation) {
        String answer = ask("mutation { " + mutation + " }");
        if (!answer.contains("true") || answer.contains("\"errors\"")) {
            throw new AssertionError(answer);
        }
    }

    /** What is answered to a GraphQL document, as JSON. */
    String ask(String document) {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/graphql"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"query\": \"" + document.replace("\"", "\\\"") + "\"}"))
                .build());
    }

    /** What a counter shows at {@code /metrics}, by its name with labels. */
    long counter(String series) {
        String text = send(HttpRequest.newBuilder(URI.create(url + "/metrics")).build());
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToLong(line -> Long.parseLong(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private String send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
