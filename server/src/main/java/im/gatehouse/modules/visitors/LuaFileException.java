package im.gatehouse.modules.visitors;

import java.nio.file.Path;

/** A file of the reference server's that cannot be taken over. The message names the file and says why. */
final class LuaFileException extends Exception {
    private static final long serialVersionUID = 1L;

    LuaFileException(Path file, String reason) {
        super(file + ": " + reason);
    }
}
