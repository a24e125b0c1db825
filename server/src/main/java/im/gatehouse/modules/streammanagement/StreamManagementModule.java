package im.gatehouse.modules.streammanagement;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.stream.StreamManagement;
import im.gatehouse.time.Time;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * {@code mod_stream_management}: acknowledgements and sessions that outlive their connection (XEP-0198). Provides
 * {@link StreamManagement}.
 */
public final class StreamManagementModule implements ServerModule<StreamManagementConfig> {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

    @Override
    public ModuleSpec<StreamManagementConfig> spec() {
        return ModuleSpec.of("mod_stream_management", StreamManagementConfig::read)
                .onByDefault()
                .xep(198, "1.6.2")
                .xep(203, "2.0")
                .metrics(
                        StreamManagementMetrics.RESUMED,
                        StreamManagementMetrics.NOT_RESUMED,
                        StreamManagementMetrics.DETACHED,
                        StreamManagementMetrics.GIVEN_UP,
                        StreamManagementMetrics.WAITING,
                        StreamManagementMetrics.WAITING_BYTES)
                .build();
    }

    @Override
    public Running<StreamManagementConfig> start(StreamManagementConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        StreamManagementMetrics metrics = new StreamManagementMetrics(scope);
        StreamManagement management = new StreamManagement(
                context.router(),
                context.sessions(),
                context.time(),
                new SecureRandom(),
                config.terms(),
                metrics::happened);
        scope.gauge(StreamManagementMetrics.WAITING, List.of(), management::detachedCount);
        scope.gauge(StreamManagementMetrics.WAITING_BYTES, List.of(), management::detachedBytes);
        context.undoLater(context.streamFeatures().add(management));
        context.undoLater(management.offerInline(context.streamFeatures().inline()));
        context.provide(StreamManagement.class, management);
        Time.Timer looking =
                context.time().every(BETWEEN_LOOKS, () -> Thread.startVirtualThread(management::lookAfter));
        context.undoLater(looking::cancel);
        outliveRestarts(management, context);
        return new Running<>() {
            @Override
            public void reload(StreamManagementConfig fresh) {
                management.terms(fresh.terms());
            }

            @Override
            public void close() {
                management.stop();
            }
        };
    }

    private static void outliveRestarts(StreamManagement management, ModuleContext context) {
        Wardrobe wardrobe = new Wardrobe(context.database(), management);
        context.undoLater(context.sessions().starting().add(context.module(), _ -> wardrobe.takeOut()));
        context.undoLater(context.sessions().stopping().add(context.module(), _ -> wardrobe.putAway()));
        context.undoLater(management.takenUp().add(context.module(), wardrobe::keepOnlyWhatWaits));
        context.undoLater(management.settled().add(context.module(), wardrobe::forget));
        context.undoLater(context.accounts().onRemoval(context.module(), wardrobe::removeAccount));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), wardrobe::removeDomain));
    }
}
