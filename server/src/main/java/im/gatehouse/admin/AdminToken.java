package im.gatehouse.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * The secret that makes whoever holds it the server's administrator: the file {@code admin.token} in the data folder,
 * readable by its owner alone. It is read at each use, so a new one counts at once.
 *
 * @param file where it lies
 */
public record AdminToken(Path file) {
    private static final int BYTES = 32;

    /** The token of a data folder, whether it is there or not. */
    public static AdminToken in(Path dataDirectory) {
        return new AdminToken(dataDirectory.resolve("admin.token"));
    }

    /**
     * Makes a random token of 256 bits unless there is one.
     *
     * @throws IOException when it cannot be written
     */
    public void createIfMissing() throws IOException {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerAlone = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerAlone)) {
            channel.write(StandardCharsets.US_ASCII.encode(token + "\n"));
        } catch (FileAlreadyExistsException e) {
            // Then that one counts.
        }
    }

    /** The token; empty when there is none or it cannot be read. */
    public Optional<String> read() {
        try {
            return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether that is the token, in a time that does not tell how much of it is right. May block. */
    public boolean matches(String presented) {
        byte[] asked = presented.getBytes(StandardCharsets.UTF_8);
        return read().map(token -> MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8), asked))
                .orElse(false);
    }
}
