package im.gatehouse.modules.visitors;

/** The key of a month cannot be had, so nobody can be counted in it. The message says why and names nobody. */
final class MonthKeyException extends Exception {
    private static final long serialVersionUID = 1L;

    MonthKeyException(String message) {
        super(message);
    }

    MonthKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
