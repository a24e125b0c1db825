package im.gatehouse.modules;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.module.ServerModule;
import java.util.Set;

/** A module in place of rosters: some may see everybody's presence. */
public final class Friends implements ServerModule<NoConfig> {
    private final Set<Jid> trusted;

    public Friends(String... trusted) {
        this.trusted = Set.copyOf(java.util.Arrays.stream(trusted).map(Jid::parse).toList());
    }

    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_friends", NoConfig::read).onByDefault().build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        context.provide(PresenceAccess.class, (account, asker) -> trusted.contains(asker));
        return _ -> {};
    }
}
