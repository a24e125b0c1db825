package im.gatehouse.modules.visitors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.YearMonth;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of the months as files of mode 0600, {@code visitors-2018-05.key}. They lie outside the database, so that
 * its free pages, journals and backups tell nothing once the file is gone.
 *
 * <p>Blocks. Safe from several threads and several servers that share the folder.
 */
final class KeyFiles {
    /** What comes after the name is a file that was being made when the server was killed. */
    private static final Pattern NAME = Pattern.compile("visitors-([0-9]{4}-(?:0[1-9]|1[0-2]))\\.key(?:\\..*)?");

    private final Path folder;
    private final SecureRandom random = new SecureRandom();

    KeyFiles(Path folder) {
        this.folder = folder;
    }

    Path file(String month) {
        return folder.resolve("visitors-" + month + ".key");
    }

    Optional<MonthKey> read(String month) throws IOException {
        try {
            byte[] secret = Files.readAllBytes(file(month));
            if (secret.length != MonthKey.BYTES) {
                throw new IOException(file(month) + " is no key");
            }
            return Optional.of(new MonthKey(month, secret));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Makes a key and answers when it is on disk; if somebody else was quicker, theirs counts. */
    MonthKey make(String month) throws IOException {
        byte[] secret = new byte[MonthKey.BYTES];
        random.nextBytes(secret);
        Path fresh = folder.resolve("visitors-" + month + ".key." + Long.toHexString(random.nextLong()));
        try {
            write(fresh, secret);
            Files.createLink(file(month), fresh); // all of it or nothing, and never over another
        } catch (FileAlreadyExistsException _) {
            // read below
        } finally {
            Files.deleteIfExists(fresh);
        }
        syncFolder();
        return read(month).orElseThrow(() -> new IOException(file(month) + " has gone"));
    }

    private static void write(Path file, byte[] secret) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            writeWhole(channel, secret);
        }
    }

    private static void writeWhole(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /** Overwrites and deletes the keys of all months before one. */
    void destroyBefore(YearMonth first) throws IOException {
        if (!Files.isDirectory(folder)) {
            return; // no key was ever made
        }
        boolean any = false;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "visitors-*.key*")) {
            for (Path file : files) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && YearMonth.parse(name.group(1)).isBefore(first)) {
                    destroy(file);
                    any = true;
                }
            }
        }
        if (any) {
            syncFolder();
        }
    }

    /** Overwriting helps where the file system writes in place; elsewhere the deletion alone must do. */
    private static void destroy(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            writeWhole(channel, new byte[Math.toIntExact(Math.min(channel.size(), MonthKey.BYTES))]);
        } catch (NoSuchFileException _) {
            // another server that shares the folder was quicker
        }
        Files.deleteIfExists(file);
    }

    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
