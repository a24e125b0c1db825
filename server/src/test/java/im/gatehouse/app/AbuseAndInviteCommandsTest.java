package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminToken;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What administrators do about reports and invitations over GraphQL, and how they stop the server from a client. */
class AbuseAndInviteCommandsTest {
    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private GraphQl admin;

    @BeforeEach
    void start(@TempDir Path folder) {
        running = RunningServer.in(folder, "[modules.mod_register]\nnew_accounts = \"invited\"\n", time)
                .account("admin@localhost")
                .account("romeo@localhost");
        String token = AdminToken.in(folder.resolve("data")).read().orElseThrow();
        admin = new GraphQl(running, "Bearer " + token);
    }

    @AfterEach
    void stop() {
        admin.close();
        running.close();
    }

    // --- reports ---

    @Test
    void aReportIsListedAndRemoved() throws IOException {
        try (RawClient romeo = new RawClient(running.plainPort()).signIn("romeo", "orchard")) {
            romeo.send("<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='iago@localhost'>"
                    + "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:abuse'><text>Lies.</text>"
                    + "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@localhost' id='7'/></report></item></block></iq>");
            romeo.readElement();
        }
        JsonNode report = ask("abuse { listReports(domain: \"localhost\") "
                        + "{ id reporter reported reason text messages } countReports }")
                .path("abuse");
        assertEquals(1, report.path("countReports").asInt());
        JsonNode row = report.path("listReports").path(0);
        assertEquals("romeo@localhost", row.path("reporter").asString());
        assertEquals("iago@localhost", row.path("reported").asString());
        assertEquals("urn:xmpp:reporting:abuse", row.path("reason").asString());
        assertEquals("Lies.", row.path("text").asString());
        assertEquals("7", row.path("messages").path(0).asString());
        try (Administrator figures = new Administrator(running)) {
            assertEquals(1, figures.counter("mod_blocking_report_count{host_type=\"localhost\",reason=\"abuse\"}"));
        }

        String remove = "mutation { abuse { removeReport(domain: \"localhost\", id: " + row.path("id") + ") } }";
        assertEquals("", admin.ask(remove).code());
        assertEquals("report_not_found", admin.ask(remove).code());
    }

    // --- invitations ---

    @Test
    void somebodyIsInvitedToAnAccountUnderAName() throws IOException {
        JsonNode letter = change("invite { inviteToAccount(domain: \"localhost\", username: \"Juliet\") "
                + "{ id uri landingPage expiresAt } }");
        String uri = letter.path("invite").path("inviteToAccount").path("uri").asString();
        assertTrue(uri.startsWith("xmpp:juliet@localhost?register;preauth="), uri);
        assertEquals("bad_invitation", code("inviteToAccount(domain: \"localhost\", username: \"juliet\") { id }"));
        assertEquals("bad_invitation", code("inviteToAccount(domain: \"localhost\", username: \"romeo\") { id }"));
        assertEquals("domain_not_found", code("inviteToAccount(domain: \"nowhere.test\") { id }"));
        assertEquals("bad_invitation", code("inviteToAccount(domain: \"localhost\", validFor: \"1s\") { id }"));
        assertEquals(
                "bad_invitation", code("inviteToAccount(domain: \"localhost\", username: \"x\", uses: 2) { id }"));

        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            client.send("<iq type='set' id='p'><preauth xmlns='urn:xmpp:pars:0' token='" + uri.replaceFirst(".*=", "")
                    + "'/></iq>");
            assertTrue(client.readElement().contains("type='result'"));
            client.send("<iq type='set' id='2'><query xmlns='jabber:iq:register'><username>juliet</username>"
                    + "<password>secret</password></query></iq>");
            assertTrue(client.readElement().contains("type='result'"));
        }
        assertEquals(0, invites().size());
    }

    @Test
    void aUsersInvitationIsListedWithoutItsSecretAndTakenBack() {
        JsonNode letter = change("invite { inviteToContact(user: \"romeo@localhost\", account: true, uses: 5, "
                        + "validFor: \"2h\") { id uri expiresAt } }")
                .path("invite")
                .path("inviteToContact");
        assertTrue(letter.path("uri").asString().endsWith(";ibr=y"), letter::toString);
        assertEquals("bad_invitation", code("inviteToContact(user: \"nobody@localhost\") { id }"));

        JsonNode listed = invites();
        assertEquals("contact_or_account", listed.path(0).path("kind").asString());
        assertEquals("romeo@localhost", listed.path(0).path("inviter").asString());
        assertEquals(5, listed.path(0).path("usesLeft").asInt());
        assertFalse(listed.toString().contains(letter.path("uri").asString().replaceFirst(".*preauth=(\\w*).*", "$1")));

        String revoke = "revokeInvite(domain: \"localhost\", id: " + letter.path("id") + ")";
        assertEquals("", code(revoke));
        assertEquals("invite_not_found", code(revoke));
        assertEquals(0, invites().size());
    }

    private JsonNode invites() {
        return ask("invite { listInvites(domain: \"localhost\") { id kind inviter username expiresAt usesLeft } }")
                .path("invite")
                .path("listInvites");
    }

    private JsonNode ask(String query) {
        return data(admin.ask("{ " + query + " }"));
    }

    private JsonNode change(String mutation) {
        return data(admin.ask("mutation { " + mutation + " }"));
    }

    private static JsonNode data(GraphQl.Answer answer) {
        assertEquals("", answer.code(), answer::toString);
        return answer.json().path("data");
    }

    private String code(String mutation) {
        return admin.ask("mutation { invite { " + mutation + " } }").code();
    }

    // --- the end ---

    @Test
    void anAdministratorStopsTheServerFromAClient() throws Exception {
        String command = "<command xmlns='http://jabber.org/protocol/commands' "
                + "node='http://jabber.org/protocol/admin#shutdown'";
        try (RawClient client = new RawClient(running.plainPort()).signIn("admin", "desk");
                RawClient romeo = new RawClient(running.plainPort()).signIn("romeo", "orchard")) {
            romeo.send("<presence/>").readUntil("<presence");
            String form = client.send("<iq type='set' id='1' to='localhost'>" + command + "/></iq>").readUntil("</iq>");
            String session = form.replaceFirst("(?s).*sessionid='([^']*)'.*", "$1");
            client.send("<iq type='set' id='2' to='localhost'>" + command + " sessionid='" + session + "'>"
                    + "<x xmlns='jabber:x:data' type='submit'><field var='delay'><value>60</value></field>"
                    + "<field var='announcement'><value>Good night.</value></field></x></command></iq>");
            client.readUntil("status='completed'");
            romeo.readUntil("Good night.");
            time.forward(Duration.ofSeconds(60));
            running.awaitStopAsked();
        }
    }
}
