package im.gatehouse.modules.offline;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.module.WaitingMessages;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.time.Time;
import java.time.Duration;

/** {@code mod_offline}: keeps messages for users who are away (XEP-0160). */
public final class OfflineModule implements ServerModule<OfflineConfig> {
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

    @Override
    public ModuleSpec<OfflineConfig> spec() {
        return ModuleSpec.of("mod_offline", OfflineConfig::read)
                .onByDefault()
                .requires("mod_presence")
                .xep(160, "1.0.1")
                .xep(203, "2.0")
                .xep(334, "0.4.0", "no-store and store, for offline messages")
                .xep(424, "0.4.2", "what waits and is taken back is not delivered")
                .serverFeatures("msgoffline")
                .metrics(OfflineMetrics.STORED, OfflineMetrics.DELIVERED, OfflineMetrics.REFUSED)
                .build();
    }

    @Override
    public Running<OfflineConfig> start(OfflineConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        OfflineMetrics metrics = new OfflineMetrics(scope, context.hosts());
        OfflineInbox inbox = new OfflineInbox(
                context.database(), context.sessions(), context.router(), context.time(), metrics, config);
        Delivery delivery = inbox.delivery();
        context.undoLater(context.router().offlineMessages(inbox));
        context.provide(WaitingMessages.class, inbox::count);
        Presences presences = context.service(Presences.class);
        context.undoLater(presences.aboutToTakeMessages().add(context.module(), delivery::coming));
        context.undoLater(presences
                .takingMessages()
                .add(context.module(), session -> session.lane().blocking(() -> delivery.deliver(session))));
        context.undoLater(context.sessions().resumed().add(context.module(), delivery::standing));
        context.undoLater(context.sessions().closed().add(context.module(), delivery::ended));
        delivery.open();
        context.undoLater(context.streamFeatures().inline().add(new InlineClearing(inbox)));
        context.undoLater(context.accounts().onRemoval(context.module(), inbox::removeAccount));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), inbox::removeDomain));
        Time.Timer cleaning = context.time()
                .every(BETWEEN_CLEANINGS, () -> Thread.startVirtualThread(inbox::expire));
        context.undoLater(cleaning::cancel);
        return new Running<>() {
            @Override
            public void reload(OfflineConfig fresh) {
                inbox.config(fresh);
            }

            @Override
            public void close() {
                delivery.close();
            }
        };
    }
}
