package im.gatehouse.module;

/** A module cannot start. The message is one line for the operator: the cause and what to do. */
public final class ModuleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModuleException(String message) {
        super(message);
    }

    public ModuleException(String message, Throwable cause) {
        super(message, cause);
    }
}
