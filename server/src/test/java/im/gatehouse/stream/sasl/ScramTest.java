package im.gatehouse.stream.sasl;

import static im.gatehouse.stream.sasl.ScramClient.bytes;
import static im.gatehouse.stream.sasl.ScramClient.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import im.gatehouse.account.ScramHash;
import im.gatehouse.account.ScramVerifier;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {
    private static final byte[] END_POINT = bytes("hash of the certificate");
    private static final byte[] EXPORTER = bytes("exported keying material");

    private static final ChannelBindings BINDINGS = new ChannelBindings() {
        @Override
        public List<String> types() {
            return List.of(TLS_EXPORTER, TLS_SERVER_END_POINT);
        }

        @Override
        public Optional<byte[]> data(String type) {
            return switch (type) {
                case TLS_EXPORTER -> Optional.of(EXPORTER);
                case TLS_SERVER_END_POINT -> Optional.of(END_POINT);
                default -> Optional.empty();
            };
        }
    };
    private static final SaslMechanisms.Terms NO_HASH = new SaslMechanisms.Terms(false, false);
    private static final Protection TLS = new Protection(true, BINDINGS);

    private final TestAccounts accounts = new TestAccounts().with("juliet", "r0m30myr0m30", bytes("salt and pepper!"));

    private SaslMechanisms mechanisms(String nonce) {
        return new SaslMechanisms("capulet.example", List.of(MechanismName.values()), accounts, NO_HASH, () -> nonce);
    }

    private Mechanism sha256() {
        return mechanisms("3rfcNHYJY1ZVvWVs7j").begin("SCRAM-SHA-256", Protection.NONE, _ -> true);
    }

    private Mechanism plus() {
        return mechanisms("3rfcNHYJY1ZVvWVs7j").begin("SCRAM-SHA-256-PLUS", TLS, _ -> true);
    }

    private static void assertFails(SaslCondition condition, SaslResult result) {
        assertEquals(condition, assertInstanceOf(SaslResult.Failure.class, result).condition());
    }

    private static SaslResult signIn(Mechanism mechanism, ScramClient client) {
        return mechanism.step(client.last(mechanism.start(client.first())));
    }

    @Test
    void theExchangeOfRfc5802Section5GoesAsPrinted() {
        accounts.with("user", "pencil", Base64.getDecoder().decode("QSXCR+Q6sek8bf92"));
        Mechanism mechanism = mechanisms("3rfcNHYJY1ZVvWVs7j").begin("SCRAM-SHA-1", Protection.NONE, _ -> true);
        SaslResult challenge = mechanism.start(bytes("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"));
        assertEquals(
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                text(assertInstanceOf(SaslResult.Challenge.class, challenge).data()));
        SaslResult end = mechanism.step(bytes("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                + "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="));
        SaslResult.Success success = assertInstanceOf(SaslResult.Success.class, end);
        assertEquals("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", text(success.additionalData()));
        assertEquals("user", success.authenticatedUser());
    }

    @Test
    void theExchangeOfRfc7677Section3GoesAsPrinted() {
        accounts.with("user", "pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));
        Mechanism mechanism = mechanisms("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
                .begin("SCRAM-SHA-256", Protection.NONE, _ -> true);
        SaslResult challenge = mechanism.start(bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        assertEquals(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                text(assertInstanceOf(SaslResult.Challenge.class, challenge).data()));
        SaslResult end = mechanism.step(bytes("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        SaslResult.Success success = assertInstanceOf(SaslResult.Success.class, end);
        assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", text(success.additionalData()));
    }

    @Test
    void theRightPasswordEntersAndTheServerProvesItselfToo() {
        ScramClient client = ScramClient.plainly("juliet", "r0m30myr0m30");
        SaslResult.Success success = assertInstanceOf(SaslResult.Success.class, signIn(sha256(), client));
        assertEquals("juliet", success.authenticatedUser());
        assertEquals(null, success.authorizationId());
        assertEquals(client.serverSignature(), text(success.additionalData()));
    }

    @Test
    void aWrongPasswordIsNotAuthorized() {
        assertFails(SaslCondition.NOT_AUTHORIZED, signIn(sha256(), ScramClient.plainly("juliet", "tybalt")));
    }

    @Test
    void aClientWithoutFirstMessageIsInvitedByAnEmptyChallenge() {
        Mechanism mechanism = sha256();
        SaslResult invitation = mechanism.start(null);
        assertEquals(0, assertInstanceOf(SaslResult.Challenge.class, invitation).data().length);
        ScramClient client = ScramClient.plainly("juliet", "r0m30myr0m30");
        assertInstanceOf(SaslResult.Success.class, mechanism.step(client.last(mechanism.step(client.first()))));
    }

    @Test
    void anUnknownUserGetsAChallengeThatStaysTheSameAndFailsLikeAWrongPassword() {
        ScramClient client = ScramClient.plainly("rosaline", "nobody's");
        Mechanism mechanism = sha256();
        SaslResult first = mechanism.start(client.first());
        SaslResult again = sha256().start(client.first());
        assertEquals(
                text(assertInstanceOf(SaslResult.Challenge.class, first).data()),
                text(assertInstanceOf(SaslResult.Challenge.class, again).data()));
        // Even the password of the invented account does not help.
        assertEquals(
                signIn(sha256(), ScramClient.plainly("juliet", "wrong")),
                mechanism.step(client.last(first)));
    }

    @Test
    void accountsThatCannotBeReadAreATemporaryFailure() {
        accounts.breakDown();
        assertFails(
                SaslCondition.TEMPORARY_AUTH_FAILURE,
                sha256().start(ScramClient.plainly("juliet", "r0m30myr0m30").first()));
    }

    @Test
    void aFinishedExchangeTakesNothingMore() {
        Mechanism mechanism = sha256();
        ScramClient client = ScramClient.plainly("juliet", "r0m30myr0m30");
        byte[] last = client.last(mechanism.start(client.first()));
        assertInstanceOf(SaslResult.Success.class, mechanism.step(last));
        assertFails(SaslCondition.MALFORMED_REQUEST, mechanism.step(last));
        Mechanism failed = sha256();
        assertFails(SaslCondition.MALFORMED_REQUEST, failed.step(bytes("garbage")));
        assertFails(SaslCondition.MALFORMED_REQUEST, failed.step(client.first()));
    }

    @Test
    void everyNonceIsNew() {
        SaslMechanisms real = new SaslMechanisms("capulet.example", List.of(MechanismName.SCRAM_SHA_256), accounts, NO_HASH);
        byte[] first = ScramClient.plainly("juliet", "r0m30myr0m30").first();
        SaslResult one = real.begin("SCRAM-SHA-256", Protection.NONE, _ -> true).start(first);
        SaslResult other = real.begin("SCRAM-SHA-256", Protection.NONE, _ -> true).start(first);
        assertNotEquals(
                text(assertInstanceOf(SaslResult.Challenge.class, one).data()),
                text(assertInstanceOf(SaslResult.Challenge.class, other).data()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "n", "n,", "n,,", "n,,n=juliet", "n,,r=abc,n=juliet", "n,,n=juliet,r=", "n,,n=,r=abc", "n,,n=juliet,x=abc",
        "x,,n=juliet,r=abc", "N,,n=juliet,r=abc", "p=,,n=juliet,r=abc", "p=tls exporter,,n=juliet,r=abc",
        "n,b=c,n=juliet,r=abc", "n,a=,n=juliet,r=abc", "n,,n=juliet,r=a b", "n,,n=juliet,r=\u00e4",
        "n,,n=juliet,r=abc,", "n,,n=juliet,r=abc,x", "n,,n=juliet,r=abc,x=", "n,,n=juliet,r=abc,1=y",
        "n,,n=juliet,r=abc,r=def", "n,,n=ju\0liet,r=abc", "n,,nn=juliet,r=abc", ",,n=juliet,r=abc", "n,,,n=juliet,r=abc"
    })
    void aFirstMessageAgainstTheGrammarIsMalformed(String message) {
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes(message)));
    }

    @Test
    void aDemandedExtensionIsRefusedWhereverItStands() {
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes("n,,m=x,n=juliet,r=abc")));
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes("n,,n=juliet,r=abc,m=x")));
    }

    @Test
    void anOptionalExtensionIsOverlooked() {
        Mechanism mechanism = sha256();
        ScramClient client = ScramClient.plainly("juliet,r=zyx", "r0m30myr0m30");
        assertFails(SaslCondition.MALFORMED_REQUEST, mechanism.start(client.first()));
        Mechanism other = sha256();
        ScramClient extended = ScramClient.plainly("juliet", "r0m30myr0m30");
        SaslResult challenge = other.start(extended.first());
        assertInstanceOf(SaslResult.Success.class, other.step(extended.last(challenge, ",x=some=thing,Y=1")));
    }

    @Test
    void aMessageThatIsNotUtf8IsMalformed() {
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(new byte[] {'n', ',', ',', 'n', '=', (byte) 0xc0}));
    }

    @Test
    void anOverlongMessageIsMalformed() {
        String message = "n,,n=juliet,r=" + "a".repeat(Mechanism.MAX_MESSAGE);
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes(message)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ju=liet", "juliet=", "juliet=2", "ju=2cliet", "ju=3dliet", "ju=41liet", "=="})
    void anEqualsSignInANameMustBeWrittenAsTheRfcSays(String name) {
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes("n,,n=" + name + ",r=abc")));
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes("n,a=" + name + ",n=juliet,r=abc")));
    }

    @Test
    void commaAndEqualsSignInANameAreDecoded() {
        accounts.with("a,b=c", "secret", bytes("some other salt!"));
        SaslResult end = signIn(sha256(), ScramClient.plainly("a=2Cb=3Dc", "secret"));
        assertEquals("a,b=c", assertInstanceOf(SaslResult.Success.class, end).authenticatedUser());
    }

    @Test
    void theUserNameIsPreparedLikeTheLocalPartOfAnAddress() {
        SaslResult end = signIn(sha256(), ScramClient.plainly("JULIET", "r0m30myr0m30"));
        assertEquals("juliet", assertInstanceOf(SaslResult.Success.class, end).authenticatedUser());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "juliet@capulet.example", "a/b", "<x>"})
    void aNameThatNobodyCanHaveIsNotAuthorized(String name) {
        assertFails(SaslCondition.NOT_AUTHORIZED, sha256().start(bytes("n,,n=" + name + ",r=abc")));
    }

    @Test
    void aUserMayActAsTheirOwnBareAddress() {
        ScramClient client = new ScramClient(
                ScramHash.SHA_256, "n,a=juliet@capulet.example,", new byte[0], "juliet", "r0m30myr0m30");
        SaslResult end = signIn(sha256(), client);
        assertEquals(
                "juliet@capulet.example",
                assertInstanceOf(SaslResult.Success.class, end).authorizationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "romeo@capulet.example", "juliet@montague.example", "juliet@capulet.example/balcony",
        "capulet.example", "juliet", "@capulet.example"
    })
    void aUserMayActAsNobodyElse(String authzid) {
        assertFails(
                SaslCondition.INVALID_AUTHZID, sha256().start(bytes("n,a=" + authzid + ",n=juliet,r=abc")));
    }

    @Test
    void theChannelIsBoundByEitherType() {
        ScramClient exporter =
                new ScramClient(ScramHash.SHA_256, "p=tls-exporter,,", EXPORTER, "juliet", "r0m30myr0m30");
        assertInstanceOf(SaslResult.Success.class, signIn(plus(), exporter));
        ScramClient endPoint =
                new ScramClient(ScramHash.SHA_256, "p=tls-server-end-point,,", END_POINT, "juliet", "r0m30myr0m30");
        assertInstanceOf(SaslResult.Success.class, signIn(plus(), endPoint));
    }

    @Test
    void theChannelIsBoundWithSha1Too() {
        ScramClient client = new ScramClient(ScramHash.SHA_1, "p=tls-exporter,,", EXPORTER, "juliet", "r0m30myr0m30");
        Mechanism mechanism = mechanisms("abc").begin("SCRAM-SHA-1-PLUS", TLS, _ -> true);
        assertInstanceOf(SaslResult.Success.class, signIn(mechanism, client));
    }

    @Test
    void anotherChannelsBytesAreNotAuthorized() {
        ScramClient client =
                new ScramClient(ScramHash.SHA_256, "p=tls-exporter,,", END_POINT, "juliet", "r0m30myr0m30");
        assertFails(SaslCondition.NOT_AUTHORIZED, signIn(plus(), client));
    }

    @Test
    void anUnknownBindingTypeIsNotAuthorized() {
        assertFails(SaslCondition.NOT_AUTHORIZED, plus().start(bytes("p=tls-unique,,n=juliet,r=abc")));
    }

    @Test
    void aPlusMechanismWithoutBindingIsMalformed() {
        assertFails(SaslCondition.MALFORMED_REQUEST, plus().start(bytes("n,,n=juliet,r=abc")));
        assertFails(SaslCondition.MALFORMED_REQUEST, plus().start(bytes("y,,n=juliet,r=abc")));
    }

    @Test
    void bindingWithoutAPlusMechanismIsMalformed() {
        assertFails(SaslCondition.MALFORMED_REQUEST, sha256().start(bytes("p=tls-exporter,,n=juliet,r=abc")));
    }

    @Test
    void aClientThatWasKeptFromSeeingThePlusMechanismsIsWarned() {
        Mechanism mechanism = mechanisms("abc").begin("SCRAM-SHA-256", TLS, _ -> true);
        assertFails(SaslCondition.NOT_AUTHORIZED, mechanism.start(bytes("y,,n=juliet,r=abc")));
    }

    @Test
    void aClientThatCouldBindEntersWhereTheServerCannot() {
        ScramClient client = new ScramClient(ScramHash.SHA_256, "y,,", new byte[0], "juliet", "r0m30myr0m30");
        assertInstanceOf(SaslResult.Success.class, signIn(sha256(), client));
    }

    @Test
    void aHeaderThatChangesBetweenTheMessagesIsNotAuthorized() {
        Mechanism mechanism = sha256();
        ScramClient changed = new ScramClient(ScramHash.SHA_256, "y,,", new byte[0], "juliet", "r0m30myr0m30");
        SaslResult challenge = mechanism.start(ScramClient.plainly("juliet", "r0m30myr0m30").first());
        assertFails(SaslCondition.NOT_AUTHORIZED, mechanism.step(changed.last(challenge)));
    }

    private SaslResult lastWith(String from, String to) {
        Mechanism mechanism = sha256();
        ScramClient client = ScramClient.plainly("juliet", "r0m30myr0m30");
        String last = text(client.last(mechanism.start(client.first())));
        assertNotEquals(last, last.replace(from, to));
        return mechanism.step(bytes(last.replace(from, to)));
    }

    @Test
    void anotherNonceIsNotAuthorized() {
        assertFails(SaslCondition.NOT_AUTHORIZED, lastWith("3rfcNHYJY1ZVvWVs7j", "3rfcNHYJY1ZVvWVs7k"));
        assertFails(SaslCondition.NOT_AUTHORIZED, lastWith("3rfcNHYJY1ZVvWVs7j", ""));
    }

    @Test
    void aLastMessageAgainstTheGrammarIsMalformed() {
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith(",p=", ",q="));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith(",p=", ",p=*"));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith("c=biws", "c=bi ws"));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith("c=biws", "c="));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith("c=biws,", ""));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith("c=biws,", "m=x,c=biws,"));
        assertFails(SaslCondition.MALFORMED_REQUEST, lastWith(",p=", ",m=x,p="));
    }

    @Test
    void aProofOfAnotherLengthIsNotAuthorized() {
        assertFails(SaslCondition.NOT_AUTHORIZED, lastWith(",p=", ",p=AAAA"));
    }

    @Test
    void noTextOfAValueTellsASecret() {
        ScramVerifier verifier = accounts.verifier("juliet", ScramHash.SHA_256).verifier();
        assertFalse(verifier.toString().contains("[B@"));
        assertEquals("Mechanism[SCRAM-SHA-256]", sha256().toString());
        assertEquals("Challenge[3 bytes]", new SaslResult.Challenge(bytes("abc")).toString());
        assertEquals("Success[juliet]", new SaslResult.Success("juliet", null, bytes("v=abc")).toString());
    }
}
