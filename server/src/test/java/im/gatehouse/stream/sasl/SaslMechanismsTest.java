package im.gatehouse.stream.sasl;

import static im.gatehouse.stream.sasl.ScramClient.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaslMechanismsTest {
    private static final Protection UNBOUND_TLS = new Protection(true, ChannelBindings.NONE);

    private static Protection boundTls(boolean encrypted) {
        return new Protection(encrypted, new ChannelBindings() {
            @Override
            public List<String> types() {
                return List.of(TLS_EXPORTER);
            }

            @Override
            public Optional<byte[]> data(String type) {
                return type.equals(TLS_EXPORTER) ? Optional.of(bytes("key")) : Optional.empty();
            }
        });
    }

    private final TestAccounts accounts = new TestAccounts().with("juliet", "secret", bytes("salt"));

    private SaslMechanisms configured(MechanismName... names) {
        return new SaslMechanisms("capulet.example", List.of(names), accounts, SaslMechanisms.Terms.USUAL);
    }

    private static void assertFails(SaslCondition condition, SaslResult result) {
        assertEquals(condition, assertInstanceOf(SaslResult.Failure.class, result).condition());
    }

    @Test
    void insideTlsEverythingConfiguredIsOfferedInTheOperatorsOrder() {
        assertEquals(
                List.of(MechanismName.SCRAM_SHA_1, MechanismName.SCRAM_SHA_256_PLUS, MechanismName.PLAIN),
                configured(MechanismName.SCRAM_SHA_1, MechanismName.SCRAM_SHA_256_PLUS, MechanismName.PLAIN)
                        .offer(boundTls(true)));
    }

    @Test
    void withoutTlsNeitherPlainNorBindingIsOffered() {
        List<MechanismName> offered = List.of(MechanismName.SCRAM_SHA_256, MechanismName.SCRAM_SHA_1, MechanismName.ANONYMOUS);
        assertEquals(offered, configured(MechanismName.values()).offer(Protection.NONE));
        assertEquals(offered, configured(MechanismName.values()).offer(boundTls(false)));
    }

    @Test
    void tlsWithoutBindingsOffersNoPlus() {
        assertEquals(
                List.of(
                        MechanismName.SCRAM_SHA_256,
                        MechanismName.SCRAM_SHA_1,
                        MechanismName.PLAIN,
                        MechanismName.ANONYMOUS),
                configured(MechanismName.values()).offer(UNBOUND_TLS));
    }

    @Test
    void plainIsOfferedOnlyWhenConfigured() {
        assertEquals(
                List.of(MechanismName.SCRAM_SHA_256),
                configured(MechanismName.SCRAM_SHA_256).offer(UNBOUND_TLS));
        assertFails(
                SaslCondition.INVALID_MECHANISM,
                configured(MechanismName.SCRAM_SHA_256)
                        .begin("PLAIN", UNBOUND_TLS, _ -> true)
                        .start(bytes("\0juliet\0secret")));
    }

    @Test
    void plainWithoutTlsNeedsEncryptionWhetherOrNotAMessageCameAlong() {
        SaslMechanisms mechanisms = configured(MechanismName.PLAIN);
        assertFails(
                SaslCondition.ENCRYPTION_REQUIRED,
                mechanisms.begin("PLAIN", Protection.NONE, _ -> true).start(bytes("\0juliet\0secret")));
        assertFails(
                SaslCondition.ENCRYPTION_REQUIRED,
                mechanisms.begin("PLAIN", Protection.NONE, _ -> true).start(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scram-sha-256", "DIGEST-MD5", "SCRAM-SHA-512", " PLAIN"})
    void anUnknownNameIsAnInvalidMechanism(String name) {
        assertFails(
                SaslCondition.INVALID_MECHANISM,
                configured(MechanismName.values()).begin(name, UNBOUND_TLS, _ -> true).start(null));
    }

    @Test
    void aPlusMechanismThatWasNotOfferedIsAnInvalidMechanism() {
        assertFails(
                SaslCondition.INVALID_MECHANISM,
                configured(MechanismName.values()).begin("SCRAM-SHA-256-PLUS", UNBOUND_TLS, _ -> true).start(null));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"EXTERNAL", "ANONYMOUS"}) // the one needs a certificate, and the other nobody's name
    void whoHasToWaitIsRefusedBeforeAnythingIsLookedUpOrComputed(MechanismName name) {
        accounts.breakDown(); // any question would be a failure without these words
        Mechanism mechanism = configured(MechanismName.values())
                .begin(name.registered(), boundTls(true), user -> !user.equals("juliet"));
        String first =
                switch (name) {
                    case PLAIN -> "\0juliet\0secret";
                    case SCRAM_SHA_256, SCRAM_SHA_1 -> "n,,n=juliet,r=abc";
                    case SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS -> "p=tls-exporter,,n=juliet,r=abc";
                    case EXTERNAL, ANONYMOUS -> "";
                };
        assertEquals(
                new SaslResult.Failure(
                        SaslCondition.TEMPORARY_AUTH_FAILURE, "Too many failed attempts, try later"),
                mechanism.start(bytes(first)));
    }

    @Test
    void theConditionsAreThoseOfRfc6120() {
        assertEquals(
                List.of(
                        "aborted",
                        "account-disabled",
                        "credentials-expired",
                        "encryption-required",
                        "incorrect-encoding",
                        "invalid-authzid",
                        "invalid-mechanism",
                        "malformed-request",
                        "mechanism-too-weak",
                        "not-authorized",
                        "temporary-auth-failure"),
                Arrays.stream(SaslCondition.values()).map(SaslCondition::wire).toList());
    }

    @ParameterizedTest
    @EnumSource(MechanismName.class)
    void garbageNeverThrows(MechanismName name) {
        Random random = new Random(42);
        SaslMechanisms mechanisms = configured(MechanismName.values());
        String[] seeds = {
            "n,,n=juliet,r=abc", "p=tls-exporter,a=x,n=juliet,r=abc", "c=biws,r=abc,p=AAAA", "\0juliet\0secret", "y,,"
        };
        for (int i = 0; i < 1000; i++) {
            Mechanism mechanism = mechanisms.begin(name.registered(), boundTls(true), _ -> true);
            mechanism.start(mutated(seeds[random.nextInt(seeds.length)], random));
            mechanism.step(mutated(seeds[2], random));
            mechanism.step(new byte[0]);
        }
    }

    private static byte[] mutated(String seed, Random random) {
        byte[] bytes = seed.getBytes(StandardCharsets.UTF_8);
        for (int n = random.nextInt(4); n > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return Arrays.copyOf(bytes, random.nextInt(10) == 0 ? random.nextInt(bytes.length) : bytes.length);
    }

    @Test
    void base64IsReadStrictly() {
        assertArrayEquals(bytes("n,,"), SaslBase64.message("biws").orElseThrow());
        assertArrayEquals(new byte[0], SaslBase64.message("=").orElseThrow());
        assertArrayEquals(new byte[0], SaslBase64.message("").orElseThrow());
        String[] spoiled = {"b", "bi", "biw", "bi ws", "biws\n", "Zg", "Zh==", "====", "b=ws", "bi-_", "\u00e4iws"};
        for (String wrong : spoiled) {
            assertTrue(SaslBase64.message(wrong).isEmpty(), wrong);
        }
        assertEquals("=", SaslBase64.text(new byte[0]));
        assertEquals("biws", SaslBase64.text(bytes("n,,")));
    }
}
