package im.gatehouse.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.SignInToken.TokenClient;
import im.gatehouse.account.SignInTokens.Issued;
import im.gatehouse.account.SignInTokens.Use;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

class SignInTokensTest {
    private static final Jid JULIET = Jid.parse("juliet@example.org");
    private static final String MECHANISM = "HT-SHA-256-NONE";
    private static final TokenClient PHONE = new TokenClient("phone", "Messenger", null);
    private static final TokenClient LAPTOP = new TokenClient("laptop", null, null);

    private final MovableTime time = new MovableTime();

    private Accounts accounts(Database database) {
        Accounts accounts =
                new Accounts(database, new ScramSettings(4_096), Set.of("example.org"), time, new byte[32]);
        accounts.create(JULIET, "secret");
        return accounts;
    }

    private SignInTokens tokens(Database database, Accounts accounts, String secret) {
        TokenSettings settings = new TokenSettings(Duration.ofDays(30), Duration.ofDays(1), 2);
        return new SignInTokens(
                database, accounts, time, () -> settings, secret.getBytes(StandardCharsets.US_ASCII));
    }

    private SignInTokens tokens(Database database) {
        return tokens(database, accounts(database), "0123456789abcdef");
    }

    private static SignInToken only(SignInTokens tokens, TokenClient client) {
        List<SignInToken> found = tokens.find(JULIET, client.id(), MECHANISM);
        assertEquals(1, found.size());
        return found.getFirst();
    }

    @EveryDatabase
    void whatIsHandedOutIsFoundAgainAndNobodyElseCanMakeIt(Database database) {
        Accounts accounts = accounts(database);
        SignInTokens tokens = tokens(database, accounts, "0123456789abcdef");
        Issued issued = tokens.issue(JULIET, PHONE, MECHANISM).orElseThrow();
        SignInToken found = only(tokens, PHONE);
        assertEquals(issued.secret(), tokens.secret(found));
        assertEquals(issued.expires(), found.expires());
        assertEquals(PHONE, found.client());
        assertNotEquals(issued.secret(), tokens(database, accounts, "another secret...").secret(found));
        assertEquals(List.of(), tokens.find(JULIET, PHONE.id(), "HT-SHA-256-ENDP"));
        assertEquals(List.of(), tokens.find(JULIET, LAPTOP.id(), MECHANISM));
        assertTrue(tokens.issue(Jid.parse("nobody@example.org"), PHONE, MECHANISM).isEmpty());
    }

    @EveryDatabase
    void theTokenThatIsUsedTakesThePlaceOfThoseBefore(Database database) {
        SignInTokens tokens = tokens(database);
        tokens.issue(JULIET, PHONE, MECHANISM);
        SignInToken first = only(tokens, PHONE);
        assertEquals(Use.DONE, tokens.use(first, 0));
        tokens.issue(JULIET, PHONE, MECHANISM);
        assertEquals(2, tokens.find(JULIET, PHONE.id(), MECHANISM).size());
        SignInToken second = tokens.find(JULIET, PHONE.id(), MECHANISM).getFirst();
        assertTrue(second.fresh());
        assertEquals(Use.DONE, tokens.use(second, 1));
        assertEquals(tokens.secret(second), tokens.secret(only(tokens, PHONE)));
        assertEquals(Use.REFUSED, tokens.use(first, 7));
    }

    @EveryDatabase
    void manyUsesAtOnceOfAFreshTokenDoNotLoseIt(Database database) throws Exception {
        SignInTokens tokens = tokens(database);
        tokens.issue(JULIET, PHONE, MECHANISM);
        SignInToken fresh = only(tokens, PHONE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Use>> uses = IntStream.range(0, 20)
                    .mapToObj(_ -> threads.submit(() -> tokens.use(fresh, 0)))
                    .toList();
            for (Future<Use> use : uses) {
                assertEquals(Use.DONE, use.get());
            }
        }
        assertEquals(tokens.secret(fresh), tokens.secret(only(tokens, PHONE)));
    }

    @EveryDatabase
    void ofManyUsesWithOneCountOneIsGood(Database database) throws Exception {
        SignInTokens tokens = tokens(database);
        tokens.issue(JULIET, PHONE, MECHANISM);
        SignInToken fresh = only(tokens, PHONE);
        int good = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Use>> uses = IntStream.range(0, 20)
                    .mapToObj(_ -> threads.submit(() -> tokens.use(fresh, 3)))
                    .toList();
            for (Future<Use> use : uses) {
                good += use.get() == Use.DONE ? 1 : 0;
            }
        }
        assertEquals(1, good);
    }

    @EveryDatabase
    void theClientThatWasAwayLongestMakesRoom(Database database) {
        SignInTokens tokens = tokens(database);
        for (TokenClient client : List.of(PHONE, LAPTOP, new TokenClient("web", null, null))) {
            tokens.issue(JULIET, client, MECHANISM);
            time.forward(Duration.ofHours(1));
        }
        assertEquals(List.of(), tokens.find(JULIET, PHONE.id(), MECHANISM));
        assertEquals(2, tokens.list(JULIET).size());
    }

    @EveryDatabase
    void whatHasEndedIsForgotten(Database database) {
        SignInTokens tokens = tokens(database);
        tokens.issue(JULIET, PHONE, MECHANISM);
        time.forward(Duration.ofDays(1));
        assertTrue(tokens.isDue(only(tokens, PHONE)));
        tokens.issue(JULIET, LAPTOP, MECHANISM);
        time.forward(Duration.ofDays(29));
        assertEquals(Use.EXPIRED, tokens.use(only(tokens, PHONE), 0));
        assertEquals(1, tokens.list(JULIET).size());
        tokens.prune();
        assertEquals(List.of(), tokens.find(JULIET, PHONE.id(), MECHANISM));
        only(tokens, LAPTOP);
    }

    @EveryDatabase
    void aNewPasswordAndTheEndOfTheAccountRevokeAll(Database database) {
        Accounts accounts = accounts(database);
        SignInTokens tokens = tokens(database, accounts, "0123456789abcdef");
        tokens.issue(JULIET, PHONE, MECHANISM);
        accounts.changePassword(JULIET, "another");
        assertEquals(List.of(), tokens.list(JULIET));
        tokens.issue(JULIET, PHONE, MECHANISM);
        accounts.remove(JULIET);
        accounts.create(JULIET, "a third");
        assertEquals(List.of(), tokens.list(JULIET));
        tokens.issue(JULIET, PHONE, MECHANISM);
        accounts.removeDomain("example.org");
        assertEquals(List.of(), tokens.list(JULIET));
    }
}
