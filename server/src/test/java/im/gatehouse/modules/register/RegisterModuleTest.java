package im.gatehouse.modules.register;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StreamError;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What owners do with their accounts after they have signed in. */
class RegisterModuleTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient alice;

    @BeforeEach
    void start() {
        house = new TestHouse(folder, "[modules.mod_register]", new RegisterModule());
        house.withAccounts("alice@localhost", "bob@localhost");
        alice = house.client("alice@localhost/home");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void anOwnerIsToldTheOwnName() {
        assertEquals(
                "<query xmlns='jabber:iq:register'><registered/>" + "<instructions>You may change your password, or remove your account.</instructions><username>alice</username><password/></query>",
                alice.result("get", "localhost", query("")).toString());
    }

    @Test
    void anOwnerChangesThePassword() {
        String change = query("<username>alice</username><password>new secret</password>");

        assertEquals(Iq.Type.RESULT, alice.ask("set", "localhost", change).type());

        assertTrue(house.accounts().check(ALICE, "new secret"));
        assertFalse(house.accounts().check(ALICE, "secret"));
    }

    @Test
    void thePasswordIsChangedByAFormToo() {
        String form = query("<x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE'><value>jabber:iq:register:changepassword</value></field>"
                + "<field var='username'><value>alice@localhost</value></field>"
                + "<field var='password'><value>new secret</value></field></x>");

        assertEquals(Iq.Type.RESULT, alice.ask("set", "", form).type());

        assertTrue(house.accounts().check(ALICE, "new secret"));
    }

    @Test
    void anEmptyPasswordOrSomebodyElsesNameChangesNothing() {
        assertEquals(
                "bad-request",
                alice.error("set", "localhost", query("<username>alice</username><password/>")));
        assertEquals(
                "forbidden",
                alice.error("set", "localhost", query("<username>bob</username><password>mine</password>")));
        assertEquals(
                "forbidden",
                alice.error("set", "bob@localhost", query("<username>bob</username><password>mine</password>")));
        assertEquals(
                "forbidden",
                alice.error("set", "second.test", query("<username>alice</username><password>mine</password>")));

        assertTrue(house.accounts().check(ALICE, "secret"));
        assertTrue(house.accounts().check(Jid.parse("bob@localhost"), "secret"));
    }

    @Test
    void whatStandsTwiceChangesNothing() {
        String name = "<username>alice</username>";
        String password = "<password>new</password>";
        for (String twice : new String[] {name + password + password, name + name + password}) {
            assertEquals("bad-request", alice.error("set", "", query(twice)));
        }

        assertTrue(house.accounts().check(ALICE, "secret"));
    }

    @Test
    void whoRemovesTheAccountIsToldSoBeforeAllItsSessionsEnd() {
        TestClient elsewhere = house.client("alice@localhost/phone");

        Iq answer = alice.ask("set", "", query("<remove/>"));

        assertEquals(Iq.Type.RESULT, answer.type());
        assertFalse(house.accounts().exists(ALICE));
        for (TestClient client : new TestClient[] {alice, elsewhere}) {
            StreamError end = assertInstanceOf(StreamError.class, client.next());
            assertEquals(StreamError.Condition.NOT_AUTHORIZED, end.condition());
        }
    }

    @Test
    void removalIsAskedForAlone() {
        assertEquals("bad-request", alice.error("set", "", query("<remove/><username>alice</username>")));
        assertEquals("forbidden", alice.error("set", "bob@localhost", query("<remove/>")));

        assertTrue(house.accounts().exists(ALICE));
    }

    private static String query(String content) {
        return "<query xmlns='jabber:iq:register'>" + content + "</query>";
    }
}
