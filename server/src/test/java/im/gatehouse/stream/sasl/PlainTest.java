package im.gatehouse.stream.sasl;

import static im.gatehouse.stream.sasl.ScramClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTest {
    private static final Protection TLS = new Protection(true, ChannelBindings.NONE);

    private final TestAccounts accounts = new TestAccounts().with("juliet", "r0m30myr0m30", bytes("salt"));

    private Mechanism plain() {
        return new SaslMechanisms("capulet.example", List.of(MechanismName.PLAIN), accounts, SaslMechanisms.Terms.USUAL)
                .begin("PLAIN", TLS, _ -> true);
    }

    private static void assertFails(SaslCondition condition, SaslResult result) {
        assertEquals(condition, assertInstanceOf(SaslResult.Failure.class, result).condition());
    }

    @Test
    void theRightPasswordEnters() {
        SaslResult end = plain().start(bytes("\0juliet\0r0m30myr0m30"));
        SaslResult.Success success = assertInstanceOf(SaslResult.Success.class, end);
        assertEquals("juliet", success.authenticatedUser());
        assertEquals(null, success.authorizationId());
        assertEquals(0, success.additionalData().length);
    }

    @Test
    void aClientWithoutFirstMessageIsInvited() {
        Mechanism mechanism = plain();
        assertInstanceOf(SaslResult.Challenge.class, mechanism.start(null));
        assertInstanceOf(SaslResult.Success.class, mechanism.step(bytes("\0juliet\0r0m30myr0m30")));
    }

    @Test
    void wrongPasswordsAndUnknownUsersFailAlike() {
        SaslResult wrong = plain().start(bytes("\0juliet\0tybalt"));
        assertFails(SaslCondition.NOT_AUTHORIZED, wrong);
        assertEquals(wrong, plain().start(bytes("\0rosaline\0tybalt")));
    }

    @Test
    void theUsersOwnAddressIsAcceptedAndNoOther() {
        SaslResult end = plain().start(bytes("juliet@capulet.example\0juliet\0r0m30myr0m30"));
        assertEquals(
                "juliet@capulet.example",
                assertInstanceOf(SaslResult.Success.class, end).authorizationId());
        assertFails(
                SaslCondition.INVALID_AUTHZID,
                plain().start(bytes("romeo@capulet.example\0juliet\0r0m30myr0m30")));
    }

    @Test
    void accountsThatCannotBeReadAreATemporaryFailure() {
        accounts.breakDown();
        assertFails(SaslCondition.TEMPORARY_AUTH_FAILURE, plain().start(bytes("\0juliet\0r0m30myr0m30")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0", "\0\0", "juliet\0secret", "\0juliet\0", "\0\0secret", "\0juliet\0sec\0ret"})
    void aMessageAgainstTheGrammarIsMalformed(String message) {
        assertFails(SaslCondition.MALFORMED_REQUEST, plain().start(bytes(message)));
    }

    @Test
    void aMessageThatIsNotUtf8IsMalformed() {
        assertFails(SaslCondition.MALFORMED_REQUEST, plain().start(new byte[] {0, 'a', 0, (byte) 0xff}));
    }
}
