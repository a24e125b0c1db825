package im.gatehouse.modules.blocklist.list;

import java.io.IOException;

/** That a file as a whole cannot be read as a list; the message says why, in words for people. */
final class UnfitListException extends IOException {
    private static final long serialVersionUID = 1L;

    UnfitListException(String message) {
        super(message);
    }
}
