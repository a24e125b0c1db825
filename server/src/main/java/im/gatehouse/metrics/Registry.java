package im.gatehouse.metrics;

import im.gatehouse.time.Time;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Micrometer's instruments with its counters that only rise, but for summaries, which would forget after a while. */
final class Registry extends SimpleMeterRegistry {
    Registry(Time time) {
        super(SimpleConfig.DEFAULT, new TimeClock(time));
    }

    @Override
    protected DistributionSummary newDistributionSummary(
            Meter.Id id, DistributionStatisticConfig config, double scale) {
        return new LogScaleSummary(id, scale);
    }

    private record TimeClock(Time time) implements Clock {
        @Override
        public long wallTime() {
            return time.now().toEpochMilli();
        }

        @Override
        public long monotonicTime() {
            return time.nanos();
        }
    }
}
