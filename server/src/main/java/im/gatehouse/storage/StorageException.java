package im.gatehouse.storage;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot do what was asked. The message is one line for an operator: what is wrong, then what to do. It
 * never carries a stored value or a password.
 *
 * <p>Nothing of the failed unit of work is stored, with one exception: when a connection breaks while a commit is
 * under way, nobody can know. Whoever repeats the work then must bear that it may have been done.
 */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
