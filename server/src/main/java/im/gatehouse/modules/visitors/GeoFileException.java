package im.gatehouse.modules.visitors;

import java.io.IOException;
import java.nio.file.Path;

/** A file of places that cannot be used. The message names the file and says why. */
public final class GeoFileException extends IOException {
    private static final long serialVersionUID = 1L;

    GeoFileException(Path file, String reason, Throwable cause) {
        super(file + ": " + reason, cause);
    }

    GeoFileException(Path file, String reason) {
        super(file + ": " + reason);
    }
}
