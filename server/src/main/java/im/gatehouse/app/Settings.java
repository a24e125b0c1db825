package im.gatehouse.app;

import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.module.ModulePlan;
import java.nio.file.Path;

/**
 * A configuration file, read whole and without a mistake.
 *
 * @param config what the floors read
 * @param plan what the modules read, and in which order they start
 */
record Settings(ServerConfig config, ModulePlan plan) {
    /**
     * Reads a file.
     *
     * @throws im.gatehouse.config.ConfigException with every mistake at once
     */
    static Settings read(Path path) {
        ConfigFile file = ConfigFile.read(path);
        ServerConfig config = ServerConfig.read(file);
        ModulePlan plan = ModulePlan.read(Modules.all(), config, file);
        file.finish();
        return new Settings(config, plan);
    }
}
