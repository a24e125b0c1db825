package im.gatehouse.app;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;

/**
 * Another program that holds an SQLite file so that nobody can read it: it takes the locks in the file's index of the
 * log (bytes 120 to 127 of {@code -shm}, as SQLite's documentation of the format says). It must be another process,
 * because such locks never stand between parts of the same one.
 */
final class HeldDatabaseFile implements AutoCloseable {
    private static final int FIRST_LOCK = 120;
    private static final int LOCKS = 8;

    private final Process process;

    private HeldDatabaseFile(Process process) {
        this.process = process;
    }

    /** Returns when the file is held. */
    static HeldDatabaseFile hold(Path database) {
        String classes = Path.of(
                        HeldDatabaseFile.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-cp",
                            classes,
                            HeldDatabaseFile.class.getName(),
                            database + "-shm")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.getInputStream().read() < 0) {
                throw new IllegalStateException("The file could not be held");
            }
            return new HeldDatabaseFile(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the other process: holds the file until its input ends. */
    public static void main(String[] arguments) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(arguments[0], "rw");
                FileLock lock = file.getChannel().lock(FIRST_LOCK, LOCKS, false)) {
            System.out.write(lock.isValid() ? '!' : '?');
            System.out.flush();
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    /** Lets go of the file and waits until that is done. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
