package im.gatehouse.storage;

import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how it is entered.
 *
 * @param url {@code jdbc:sqlite:FILE}, {@code jdbc:postgresql://HOST/NAME}, {@code jdbc:mariadb://HOST/NAME} or
 *     {@code jdbc:mysql://HOST/NAME}
 * @param user null when the URL says it or none is needed
 * @param password null when the URL says it or none is needed
 * @param poolSize connections for callers at most, 1 to 1,000; there is one more for appended rows. With SQLite
 *     it is the number of threads that read
 */
public record StorageSettings(String url, @Nullable String user, @Nullable String password, int poolSize) {
    /** Refuses a pool size out of bounds with an {@link IllegalArgumentException}. */
    public StorageSettings {
        if (poolSize < 1 || poolSize > 1_000) {
            throw new IllegalArgumentException("The pool size must be between 1 and 1000, and is " + poolSize);
        }
    }

    /** The URL without what follows a question mark, which may hold a password: fit for logs. */
    public String place() {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    /** Leaves out user and password. */
    @Override
    public String toString() {
        return place();
    }
}
