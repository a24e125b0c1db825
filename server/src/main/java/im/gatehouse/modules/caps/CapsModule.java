package im.gatehouse.modules.caps;

import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.presence.Presences;
import java.util.List;

/** {@code mod_caps}: learns what clients can do (XEP-0115). Provides {@link Capabilities}. */
public final class CapsModule implements ServerModule<CapsConfig> {
    private static final MetricSpec QUERIES = MetricSpec.counter(
            "mod_caps_queries", "count", List.of(), "Clients that were asked what their hash stands for");

    @Override
    public ModuleSpec<CapsConfig> spec() {
        return ModuleSpec.of("mod_caps", CapsConfig::read)
                .onByDefault()
                .requires("mod_presence")
                .xep(115, "1.6.0")
                .metrics(QUERIES)
                .build();
    }

    @Override
    public Running<CapsConfig> start(CapsConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Capabilities capabilities = new Capabilities(context, config, scope.counter(QUERIES));
        capabilities.load();
        context.provide(Capabilities.class, capabilities);
        Presences presences = context.service(Presences.class);
        context.undoLater(presences.announced().add(context.module(), capabilities::announced));
        context.undoLater(context.sessions().restored().add(context.module(), capabilities::restored));
        context.undoLater(context.router().answered().add(context.module(), capabilities::answered));
        return capabilities::config;
    }
}
