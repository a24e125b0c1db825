package im.gatehouse.transport.tls;

import org.jspecify.annotations.Nullable;

/** Tells an operator in one line why certificates cannot be used and what to do about it. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        this(message, null);
    }

    TlsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
