package im.gatehouse.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** A file of mode 0600 that holds a random secret, made when it is first needed. */
final class SecretFile {
    private static final int BYTES = 32;

    private SecretFile() {}

    /**
     * The secret in the file, in hexadecimal.
     *
     * @throws StartException when it can be neither read nor made
     */
    static String readOrMake(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                make(file, random);
            }
            String secret = Files.readString(file).strip();
            if (secret.length() < 2 * BYTES) {
                throw new StartException("%s holds no secret: delete it, and it is made anew".formatted(file));
            }
            return secret;
        } catch (IOException e) {
            throw new StartException("%s can be neither read nor made (%s): check the folder's owner and mode"
                    .formatted(file, Causes.of(e)), e);
        }
    }

    private static void make(Path file, SecureRandom random) throws IOException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(java.nio.ByteBuffer.wrap(
                    (HexFormat.of().formatHex(bytes) + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        } catch (FileAlreadyExistsException _) {
            // Another start made it at the same moment; that one counts.
        }
    }
}
