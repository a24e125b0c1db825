package im.gatehouse.app;

import im.gatehouse.config.ServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The configuration file that a first start writes: every key with its default and a line on what it does. */
final class CommentedConfig {
    private CommentedConfig() {}

    /**
     * Writes the file.
     *
     * @throws StartException when it cannot be written
     */
    static void write(Path file) {
        try (InputStream template =
                Objects.requireNonNull(ServerConfig.class.getResourceAsStream(Main.DEFAULT_CONFIG))) {
            Files.copy(template, file);
        } catch (IOException e) {
            throw new StartException("%s cannot be written (%s): start in a folder that you may write to, or name a "
                    .formatted(file, Causes.of(e)) + "file with --config", e);
        }
    }
}
