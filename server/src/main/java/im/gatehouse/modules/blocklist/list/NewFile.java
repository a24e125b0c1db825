package im.gatehouse.modules.blocklist.list;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears under its name only when it is whole, for its owner alone. Until then it has another name in the
 * same folder; closed before {@link #keep}, it leaves nothing behind.
 */
final class NewFile implements AutoCloseable {
    private final Path file;
    private final Path draft;
    private final FileChannel channel;
    private final OutputStream content;

    private NewFile(Path file, Path draft) throws IOException {
        this.file = file;
        this.draft = draft;
        channel = FileChannel.open(draft, StandardOpenOption.WRITE);
        content = new BufferedOutputStream(Channels.newOutputStream(channel));
    }

    /**
     * Begins one.
     *
     * @throws FileAlreadyExistsException when there is something of that name
     * @throws IOException when it cannot be made
     */
    static NewFile of(Path file) throws IOException {
        Path whole = file.toAbsolutePath().normalize();
        if (Files.exists(whole, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        @Nullable Path folder = whole.getParent();
        // Files that are made so are for their owner alone, where the system knows owners.
        return new NewFile(whole, Files.createTempFile(folder == null ? whole : folder, ".blocklist-", ".part"));
    }

    /** Where to write what shall be in it. */
    OutputStream content() {
        return content;
    }

    /**
     * Gives it its name, with all that was written on the disk.
     *
     * @throws FileAlreadyExistsException when meanwhile there is something of that name
     * @throws IOException when it cannot be written
     */
    void keep() throws IOException {
        content.flush();
        channel.force(true);
        try {
            // Unlike a move, this fails when somebody was faster.
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.move(draft, file); // the file system has no links
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
