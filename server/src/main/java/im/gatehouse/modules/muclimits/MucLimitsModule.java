package im.gatehouse.modules.muclimits;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.muc.RoomHooks;
import im.gatehouse.time.Time;

/** Limits how fast a room may talk: {@code mod_muc_limits}. Runs only with a table in the configuration. */
public final class MucLimitsModule implements ServerModule<MucLimitsConfig> {
    private final ModuleSpec<MucLimitsConfig> spec = ModuleSpec.of("mod_muc_limits", MucLimitsConfig::read)
            .requires("mod_muc")
            .metrics(LimitFigures.ADMITTED, LimitFigures.REFUSED)
            .build();

    @Override
    public ModuleSpec<MucLimitsConfig> spec() {
        return spec;
    }

    @Override
    public Running<MucLimitsConfig> start(MucLimitsConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        RefusalSummary summary = new RefusalSummary();
        RoomLimits limits =
                new RoomLimits(config, context.time(), new LimitFigures(scope, context.hosts()), summary);
        context.undoLater(context.service(RoomHooks.class).events().add(context.module(), 0, limits));
        return new Limiting(config, context.time(), limits, summary);
    }

    /** The module at work. */
    private static final class Limiting implements Running<MucLimitsConfig> {
        private final Time time;
        private final RoomLimits limits;
        private final RefusalSummary summary;
        private Time.Timer telling;

        Limiting(MucLimitsConfig config, Time time, RoomLimits limits, RefusalSummary summary) {
            this.time = time;
            this.limits = limits;
            this.summary = summary;
            this.telling = time.every(config.logPeriod(), summary::tell);
        }

        @Override
        public void reload(MucLimitsConfig config) {
            limits.reload(config);
            telling.cancel();
            telling = time.every(config.logPeriod(), summary::tell);
        }

        @Override
        public void close() {
            telling.cancel();
            summary.tell();
        }
    }
}
