package im.gatehouse.modules.csi;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.stream.ClientStates;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code mod_csi}: keeps from phones in pockets what can wait (XEP-0352). */
public final class CsiModule implements ServerModule<CsiConfig> {
    private static final MetricSpec ACTIVE = counter("mod_csi_active", "How often a client became active");
    private static final MetricSpec INACTIVE = counter("mod_csi_inactive", "How often a client became inactive");

    @Override
    public ModuleSpec<CsiConfig> spec() {
        return ModuleSpec.of("mod_csi", CsiConfig::read)
                .onByDefault()
                .xep(352, "1.0.0")
                .metrics(ACTIVE, INACTIVE)
                .build();
    }

    @Override
    public Running<CsiConfig> start(CsiConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Counter active = scope.counter(ACTIVE);
        Counter inactive = scope.counter(INACTIVE);
        AtomicReference<CsiConfig> current = new AtomicReference<>(config);
        ClientStates states =
                new ClientStates(() -> current.get().bufferMax(), inactive::increment, active::increment);
        context.undoLater(context.streamFeatures().add(states));
        context.undoLater(states.offerInline(context.streamFeatures().inline()));
        return current::set;
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(), help);
    }
}
