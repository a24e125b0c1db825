package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that the router asks go at once when the configuration turns them off, and come back as they were. */
class ModulesTurnedOffTest {
    private static final String PING = "<iq type='get' id='ping' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";

    /** Presence, and all that needs it. */
    private static final List<String> OF_PRESENCE = List.of(
            "presence", "announce", "pep", "bookmarks", "mds", "vcard4", "blocking", "avatar", "caps", "invites",
            "offline");

    private static String off(List<String> modules) {
        return modules.stream()
                .map(name -> "[modules.mod_" + name + "]\nenabled = false\n")
                .collect(Collectors.joining());
    }

    @Test
    void withoutOfflineMessagesWhoWritesToSomebodyAwayIsTold(@TempDir Path folder) throws IOException {
        String withoutArchive = "[modules.mod_mam]\nenabled = false\n";
        try (RunningServer running = RunningServer.in(folder, withoutArchive)
                        .account("alice@localhost")
                        .account("bob@localhost");
                RawClient alice = new RawClient(running.plainPort()).signIn("alice", "home")) {
            String message = "<message type='chat' to='bob@localhost' id='m'><body>hi</body></message>";
            assertFalse(alice.send(message + PING).readUntil("id='ping'").contains("service-unavailable"));

            running.reconfigure(withoutArchive + off(List.of("offline")));
            assertTrue(alice.send(message + PING).readUntil("id='ping'").contains("<service-unavailable "));

            running.reconfigure(withoutArchive);
            assertFalse(alice.send(message + PING).readUntil("id='ping'").contains("service-unavailable"));
        }
    }

    @Test
    void presenceThatIsTurnedOnAgainReachesTheContactsOfThoseWhoStayed(@TempDir Path folder) throws IOException {
        try (RunningServer running = RunningServer.in(folder).account("alice@localhost").account("bob@localhost");
                RawClient alice = new RawClient(running.plainPort()).signIn("alice", "home");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "home")) {
            alice.send("<presence/>").readUntil("<presence ");
            bob.send("<presence/>").readUntil("<presence ");
            bob.send("<presence type='subscribe' to='alice@localhost'/>");
            alice.readUntil("type='subscribe'");
            alice.send("<presence type='subscribed' to='bob@localhost'/>");
            bob.readUntil("from='alice@localhost/home'");

            running.reconfigure(off(OF_PRESENCE));
            alice.send("<presence><status>unheard</status></presence>" + PING).readUntil("id='ping'");
            assertFalse(bob.send(PING).readUntil("id='ping'").contains("unheard"));

            running.reconfigure("");
            alice.send("<presence><status>back</status></presence>");
            assertTrue(bob.readUntil("<status>back</status>").contains("from='alice@localhost/home'"));
        }
    }
}
