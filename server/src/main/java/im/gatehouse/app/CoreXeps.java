package im.gatehouse.app;

import im.gatehouse.module.Xep;
import java.util.List;

/** The extensions that the floors below the modules implement: streams, transports, sign-in and the router. */
public final class CoreXeps {
    private CoreXeps() {}

    /** In the order of their numbers. */
    public static List<Xep> all() {
        return List.of(
                new Xep(82, "1.1.1"),
                new Xep(114, "1.6.1"),
                new Xep(156, "1.4.0"),
                new Xep(175, "1.2"),
                new Xep(178, "1.2", "a stream stays open when EXTERNAL fails: another mechanism may be tried"),
                new Xep(368, "1.1.0"),
                new Xep(386, "1.0.0", "what waits and is in no archive is delivered, not cleared"),
                new Xep(388, "0.4.0"),
                new Xep(440, "0.4.2"),
                new Xep(474, "0.5.0"),
                new Xep(480, "0.1.0", "from SCRAM-SHA-1 and -256 to SCRAM-SHA-512, at a sign-in by password alone"),
                new Xep(484, "0.1.0", "without TLS 1.3 early data"));
    }
}
