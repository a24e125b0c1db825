package im.gatehouse.modules.muclimits;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.RoomHooks;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.List;

/** Limits how fast a room may talk: {@code mod_muc_limits}. Runs only with a table in the configuration. */
public final class MucLimitsModule implements ServerModule<MucLimitsConfig> {
    private static final Duration SWEEP = Duration.ofSeconds(30);

    private final ModuleSpec<MucLimitsConfig> spec = ModuleSpec.of("mod_muc_limits", MucLimitsConfig::read)
            .requires("mod_muc")
            .xep(500, "0.1.1", "without the form's validation hints")
            .metrics(
                    LimitFigures.ADMITTED,
                    LimitFigures.REFUSED,
                    LimitFigures.OBSERVED,
                    LimitFigures.ALARMS,
                    LimitFigures.THROTTLED)
            .build();

    @Override
    public ModuleSpec<MucLimitsConfig> spec() {
        return spec;
    }

    @Override
    public Running<MucLimitsConfig> start(MucLimitsConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Time time = context.time();
        RoomHooks hooks = context.service(RoomHooks.class);
        RoomControl control = context.service(RoomControl.class);
        LimitFigures figures = new LimitFigures(scope, context.hosts());
        RefusalSummary summary = new RefusalSummary();
        Offenders offenders = new Offenders(time);
        FloodWatch watch = new FloodWatch(time, control, figures);
        RoomLimits limits = new RoomLimits(config, time, figures, summary, offenders, watch);
        context.hosts().forEach(host ->
                scope.gauge(LimitFigures.THROTTLED, List.of(host), () -> watch.throttled(host)));
        context.undoLater(hooks.settings().add(limits.own()));
        context.undoLater(hooks.settings().add(limits.slowMode()));
        context.undoLater(hooks.events().add(context.module(), 0, limits));
        context.administer(new LimitOperations(limits, watch, offenders, control, time).operations());
        Time.Timer sweeping = time.every(SWEEP, () -> {
            watch.sweep(limits.policy().config().alarm());
            limits.sweep(control);
        });
        context.undoLater(sweeping::cancel);
        Time.Timer forgetting = time.every(Offenders.PERIOD, offenders::forget);
        context.undoLater(forgetting::cancel);
        return new Limiting(config, time, limits, summary, watch);
    }

    /** The module at work. */
    private static final class Limiting implements Running<MucLimitsConfig> {
        private final Time time;
        private final RoomLimits limits;
        private final RefusalSummary summary;
        private final FloodWatch watch;
        private Time.Timer telling;

        Limiting(MucLimitsConfig config, Time time, RoomLimits limits, RefusalSummary summary, FloodWatch watch) {
            this.time = time;
            this.limits = limits;
            this.summary = summary;
            this.watch = watch;
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
            watch.close();
            summary.tell();
        }
    }
}
