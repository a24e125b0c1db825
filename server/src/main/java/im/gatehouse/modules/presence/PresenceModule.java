package im.gatehouse.modules.presence;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.roster.AnnouncedFeature;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Session;
import im.gatehouse.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code mod_presence}: presence and subscriptions to it (RFC 6121 sections 3 and 4). Provides {@link Presences}.
 */
public final class PresenceModule implements ServerModule<PresenceConfig> {
    private static final Logger log = LoggerFactory.getLogger(PresenceModule.class);

    @Override
    public ModuleSpec<PresenceConfig> spec() {
        return ModuleSpec.of("mod_presence", PresenceConfig::read)
                .onByDefault()
                .requires("mod_roster")
                .metrics(PresenceMetrics.SUBSCRIBE, PresenceMetrics.UNSUBSCRIBE)
                .build();
    }

    @Override
    public Running<PresenceConfig> start(PresenceConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Rosters rosters = context.service(Rosters.class);
        Presences presences = new Presences(
                rosters,
                context.accounts(),
                context.sessions(),
                context.router(),
                new PresenceMetrics(scope, context.hosts()),
                config);
        context.provide(Presences.class, presences);
        context.undoLater(context.sessions().closed().add(context.module(), presences::ended));
        context.undoLater(context.sessions().packing().add(context.module(), PresenceLuggage::pack));
        context.undoLater(context.sessions().unpacking().add(context.module(), PresenceLuggage::unpack));
        context.undoLater(context.sessions().restored().add(context.module(), session -> {
            if (session.isAvailable()) {
                rosters.arrive(session);
            }
        }));
        context.undoLater(rosters.parted().add(context.module(), presences.subscriptions()::part));
        context.undoLater(context.streamFeatures().add(AnnouncedFeature.PRE_APPROVAL));
        context.undoLater(() -> context.sessions().forEach(rosters::leave));
        rememberWhoIsThere(context, rosters);
        context.undoLater(context.router().presenceRules(presences));
        rosters.resume();
        return presences::config;
    }

    /** Takes the contacts of those into memory who came before this module was turned on. */
    private static void rememberWhoIsThere(ModuleContext context, Rosters rosters) {
        for (Session session : context.sessions().all()) {
            if (session.isAvailable()) {
                try {
                    rosters.arrive(session);
                } catch (StorageException e) {
                    log.warn("The contacts of some users hear of them only when they sign in anew: {}", e.getMessage());
                    return;
                }
            }
        }
    }
}
