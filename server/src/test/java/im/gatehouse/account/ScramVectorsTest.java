package im.gatehouse.account;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of the RFCs, and the fast derivation against that of the Java runtime. */
class ScramVectorsTest {
    @Test
    void theServerSignatureOfRfc5802IsComputed() {
        String message = "n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                + "s=QSXCR+Q6sek8bf92,i=4096,c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";

        assertEquals("rmF9pqV8S7suAoZWja4dJRkFsKQ=", signature(ScramHash.SHA_1, "QSXCR+Q6sek8bf92", message));
    }

    @Test
    void theServerSignatureOfRfc7677IsComputed() {
        String message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

        assertEquals(
                "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                signature(ScramHash.SHA_256, "W22ZaJ0SNY7soEsUEjb6gQ==", message));
    }

    private static String signature(ScramHash hash, String salt64, String message) {
        byte[] salt = Base64.getDecoder().decode(salt64);
        byte[] salted = hash.saltedPassword("pencil", salt, 4096);
        ScramVerifier verifier = ScramVerifier.of(hash, salted, salt, 4096);
        assertTrue(verifier.isOf(hash, salted));
        assertFalse(verifier.isOf(hash, hash.saltedPassword("pencils", salt, 4096)));
        byte[] signature = hash.hmac(verifier.serverKey(), message.getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(signature);
    }

    @ParameterizedTest
    @CsvSource({"SHA_1,1,1", "SHA_1,3,2", "SHA_1,130,100", "SHA_256,1,1", "SHA_256,3,2", "SHA_256,130,100"})
    void manyKeysAtOnceAreThoseThatTheRuntimeDerivesOneByOne(ScramHash hash, int lanes, int iterations) {
        Random random = new Random(lanes);
        String[] passwords = new String[lanes];
        byte[][] bytes = new byte[lanes][];
        byte[][] salts = new byte[lanes][16];
        for (int i = 0; i < lanes; i++) {
            passwords[i] = "p\u00e4ss\ud83d\ude00".repeat(1 + i % 20) + i; // some are longer than a block
            bytes[i] = passwords[i].getBytes(StandardCharsets.UTF_8);
            random.nextBytes(salts[i]);
        }

        byte[][] derived = BulkKeys.derive(hash, bytes, salts, iterations);

        for (int i = 0; i < lanes; i++) {
            assertArrayEquals(hash.saltedPassword(passwords[i], salts[i], iterations), derived[i]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHA_1", "SHA_256"})
    void manyKeysAtOnceAreRightAfterTheCompilerHasTurnedThemIntoVectors(ScramHash hash) {
        byte[][] bytes = new byte[BulkKeys.LANES][];
        byte[][] salts = new byte[BulkKeys.LANES][16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = ("password" + i).getBytes(StandardCharsets.UTF_8);
        }

        byte[][] derived = BulkKeys.derive(hash, bytes, salts, 4096);

        for (int i = 0; i < bytes.length; i += 17) {
            assertArrayEquals(hash.saltedPassword("password" + i, salts[i], 4096), derived[i]);
        }
    }
}
