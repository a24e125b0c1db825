package im.gatehouse.app;

import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.blocklist.BlocklistModule;
import im.gatehouse.modules.visitors.VisitorsModule;
import java.util.List;

/** All modules there are. To add a feature is to add its package and a line here. */
public final class Modules {
    private Modules() {}

    public static List<ServerModule<?>> all() {
        return List.of(new BlocklistModule(), new VisitorsModule());
    }
}
