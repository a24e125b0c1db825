package im.gatehouse.app;

import im.gatehouse.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** Reads the configuration again on SIGHUP. */
final class Reload {
    private static final Logger log = LoggerFactory.getLogger(Reload.class);

    private Reload() {}

    static void onHangUp(Server server) {
        try {
            Signal.handle(new Signal("HUP"), _ -> Thread.startVirtualThread(() -> reload(server)));
        } catch (IllegalArgumentException _) {
            log.debug("This system has no SIGHUP");
        }
    }

    private static void reload(Server server) {
        try {
            server.reload();
        } catch (ConfigException | StartException e) {
            log.error("The configuration was not read again, the old one stays:\n{}", e.getMessage());
        }
    }
}
