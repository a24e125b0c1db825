package im.gatehouse.modules.roster;

import im.gatehouse.account.Accounts;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/** {@code mod_roster}: contact lists that the server keeps (RFC 6121 section 2). Provides {@link Rosters}. */
public final class RosterModule implements ServerModule<RosterConfig> {
    @Override
    public ModuleSpec<RosterConfig> spec() {
        return ModuleSpec.of("mod_roster", RosterConfig::read)
                .onByDefault()
                .xep(237, "1.3")
                .serverFeatures(RosterItem.NAMESPACE)
                .metrics(RosterMetrics.GET, RosterMetrics.SET, RosterMetrics.PUSH)
                .build();
    }

    @Override
    public Running<RosterConfig> start(RosterConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        RosterMetrics metrics = new RosterMetrics(scope, context.hosts());
        Rosters rosters = new Rosters(context.database(), context.sessions(), context.time(), metrics, config);
        context.provide(Rosters.class, rosters);
        context.provide(PresenceAccess.class, rosters::seesPresence);
        String query = "query";
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, query, RosterItem.NAMESPACE, Execution.BLOCKING, rosters::get);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, query, RosterItem.NAMESPACE, Execution.BLOCKING, rosters::set);
        context.undoLater(context.streamFeatures().add(AnnouncedFeature.ROSTER_VERSIONING));
        Accounts accounts = context.accounts();
        context.undoLater(accounts.onRemoval(context.module(), rosters::removeAccount));
        context.undoLater(accounts.onDomainRemoval(context.module(), rosters::removeDomain));
        context.undoLater(accounts.removed().add(context.module(), rosters::accountRemoved));
        context.undoLater(context.sessions().packing().add(context.module(), rosters::pack));
        context.undoLater(context.sessions().unpacking().add(context.module(), rosters::unpack));
        return rosters::config;
    }
}
