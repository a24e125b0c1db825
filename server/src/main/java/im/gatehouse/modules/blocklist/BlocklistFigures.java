package im.gatehouse.modules.blocklist;

import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the blocklist measures, under the names that MongooseIM's operators have on their dashboards. */
final class BlocklistFigures {
    private static final String FUNCTION = "function";

    static final MetricSpec CALLS = MetricSpec.counter(
            "mod_blocklist_rdbms",
            "count",
            List.of(MetricSpec.HOST_TYPE, FUNCTION),
            "Changes of the blocklist in the database");
    static final MetricSpec TIMES = MetricSpec.histogram(
            "mod_blocklist_rdbms",
            "time",
            List.of(MetricSpec.HOST_TYPE, FUNCTION),
            "Microseconds that a change of the blocklist takes");
    static final MetricSpec DENIED = MetricSpec.counter(
            "mod_blocklist_denied", "count", List.of(MetricSpec.HOST_TYPE), "Logins of blocked users that were denied");

    /** The calls of the database that are counted. */
    enum Call {
        UPSERT("upsert_block"),
        REMOVE("remove_block");

        private final String function;

        Call(String function) {
            this.function = function;
        }
    }

    private final Metrics.Scope metrics;
    private final Time time;
    private final Set<String> hosts;

    /**
     * @param hosts for each of which all counters are shown as 0 at once
     */
    BlocklistFigures(Metrics.Scope metrics, Time time, Set<String> hosts) {
        this.metrics = metrics;
        this.time = time;
        this.hosts = hosts;
        for (String host : hosts) {
            metrics.counter(DENIED, host);
            for (Call call : Call.values()) {
                metrics.counter(CALLS, host, call.function);
                metrics.histogram(TIMES, host, call.function);
            }
        }
    }

    void denied(String host) {
        metrics.counter(DENIED, host).increment();
    }

    /** Makes a call and, when it has not failed, counts it. */
    <T extends @Nullable Object> T measured(Call call, Target target, Supplier<T> work) {
        long start = time.nanos();
        T result = work.get();
        metrics.histogram(TIMES, host(target), call.function).record(Duration.ofNanos(time.nanos() - start));
        counted(call, target);
        return result;
    }

    /** Counts a call that was made as one of many. */
    void counted(Call call, Target target) {
        metrics.counter(CALLS, host(target), call.function).increment();
    }

    /** The domain that a target is about; one about several, or about none of ours, counts for all together. */
    private String host(Target target) {
        return target.domain().filter(hosts::contains).orElse("global");
    }
}
