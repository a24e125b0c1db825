package im.gatehouse.admin.cli;

/** A command line cannot be carried out. The message is for people. */
final class CliException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Exit exit;

    /** How the program ends. */
    enum Exit {
        ERROR(1),
        NO_ARGUMENTS(2),
        UNREACHABLE(3);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    CliException(Exit exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }
}
