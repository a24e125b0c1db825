package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.Calls;
import im.gatehouse.jid.Jid;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a domain's administrator can reach on a whole server, with all its modules. */
class DomainAdministratorTest {
    @TempDir
    Path folder;

    @Test
    void nothingOfAnotherDomainCanBeDoneByAnyOperationOfAnyModule() throws Exception {
        try (RunningServer running = RunningServer.in(folder).account("alice@localhost").account("bob@second.test");
                HttpClient client = HttpClient.newHttpClient()) {
            String url = running.server().httpUrl();
            String token = "Bearer " + Files.readString(folder.resolve("data/admin.token")).strip();
            ask(client, url, token, "mutation { domain { setDomainPassword(domain: \"localhost\", password: \""
                    + Calls.PASSWORD + "\") } }", Map.of(), "");
            Calls calls = Calls.of(json(ask(client, url, token, Calls.SCHEMA, Map.of(), "")));
            String own = AdminServer.basic("admin@localhost", Calls.PASSWORD);

            for (Calls.Operation operation : calls.operations()) {
                List<Calls.Request> requests = new ArrayList<>(calls.requests(operation, "second.test"));
                requests.add(calls.requests(operation, "nowhere.test").getFirst());
                requests.add(calls.requests(operation, "conference.second.test").getFirst());
                for (Calls.Request request : requests) {
                    var answer = ask(client, url, own, request.document(), request.variables(), request.operation());
                    String what = operation + ": " + request + "\n" + answer.body();
                    assertEquals(401, answer.statusCode(), what);
                    assertTrue(answer.body().contains("\"code\":\"no_permissions\""), what);
                    assertFalse(json(answer).has("data"), what);
                }
            }
            assertTrue(calls.operations().size() > 25, calls.operations().toString());
            assertTrue(running.server().accounts().check(Jid.parse("bob@second.test"), "secret"));
            assertEquals(1, running.server().accounts().count("second.test"));
        }
    }

    private static HttpResponse<String> ask(
            HttpClient client,
            String url,
            String authorization,
            String document,
            Map<String, Object> variables,
            String operation)
            throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("query", document);
        body.put("variables", variables);
        if (!operation.isEmpty()) {
            body.put("operationName", operation);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/graphql"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(AdminServer.JSON.writeValueAsString(body)))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return AdminServer.JSON.readTree(response.body());
    }

    @Test
    void theRoomsOfADomainAreItsAdministratorsAndThoseOfOthersAreNot() throws Exception {
        try (RunningServer running = RunningServer.in(folder, "[modules.mod_muc_limits]\n");
                HttpClient client = HttpClient.newHttpClient()) {
            String url = running.server().httpUrl();
            String token = "Bearer " + Files.readString(folder.resolve("data/admin.token")).strip();
            for (String domain : List.of("localhost", "second.test")) {
                ask(client, url, token, "mutation { domain { setDomainPassword(domain: \"" + domain
                        + "\", password: \"" + Calls.PASSWORD + "\") } }", Map.of(), "");
            }
            String own = AdminServer.basic("admin@localhost", Calls.PASSWORD);
            String other = AdminServer.basic("admin@second.test", Calls.PASSWORD);
            String room = "room: \"tea@conference.localhost\"";
            for (String call : List.of(
                    "mutation { muc { createInstantRoom(mucDomain: \"conference.localhost\", name: \"tea\","
                            + " owner: \"bob@second.test\") { jid } } }",
                    "mutation { muc { changeRoomConfiguration(" + room + ", config: {title: \"Tea\"}) { title } } }",
                    "mutation { muc { setUserAffiliation(" + room
                            + ", user: \"eve@second.test\", affiliation: OUTCAST) } }",
                    "mutation { mucLimits { setRoomLimits(" + room + ", eventRate: 2) { eventRate } } }",
                    "{ mucLimits { roomStatus(" + room + ") { eventRate } topOffenders(" + room + ") { user } } }",
                    "{ muc { listRooms(mucDomain: \"conference.localhost\") { count } listRoomUsers(" + room
                            + ") { nick } listRoomAffiliations(" + room + ") { jid } getRoomConfig(" + room
                            + ") { title } } }",
                    "mutation { muc { deleteRoom(" + room + ") } }")) {
                var refused = ask(client, url, other, call, Map.of(), "");
                assertEquals(401, refused.statusCode(), call + "\n" + refused.body());
                var done = ask(client, url, own, call, Map.of(), "");
                assertEquals(200, done.statusCode(), call + "\n" + done.body());
                assertFalse(json(done).has("errors"), call + "\n" + done.body());
            }
            var everybodys = ask(client, url, own, "{ mucLimits { topOffenders { user } } }", Map.of(), "");
            assertEquals(401, everybodys.statusCode(), everybodys.body());
        }
    }
}
