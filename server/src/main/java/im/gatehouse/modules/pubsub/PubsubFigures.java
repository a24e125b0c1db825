package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Counts what is published and who is told of it, for each host. */
public final class PubsubFigures {
    private final Map<String, Counter> published = new HashMap<>();
    private final Map<String, Counter> notified = new HashMap<>();
    private final UnaryOperator<String> hostOf;

    /**
     * @param hostOf the host to which the domain of a service belongs
     */
    public PubsubFigures(
            Metrics.Scope scope,
            MetricSpec publications,
            MetricSpec notifications,
            Set<String> hosts,
            UnaryOperator<String> hostOf) {
        this.hostOf = hostOf;
        for (String host : hosts) {
            published.put(host, scope.counter(publications, host));
            notified.put(host, scope.counter(notifications, host));
        }
    }

    /** The metric of what is published. */
    public static MetricSpec publications(String module) {
        return MetricSpec.counter(
                module + "_publish", "count", List.of(MetricSpec.HOST_TYPE), "Items that were published");
    }

    /** The metric of who is told. */
    public static MetricSpec notifications(String module) {
        return MetricSpec.counter(
                module + "_notify", "count", List.of(MetricSpec.HOST_TYPE), "Messages that told somebody of an event");
    }

    void published(Jid service) {
        count(published, service, 1);
    }

    void notified(Jid service, int receivers) {
        count(notified, service, receivers);
    }

    private void count(Map<String, Counter> counters, Jid service, int amount) {
        Counter counter = counters.get(hostOf.apply(service.domain()));
        if (counter != null) {
            counter.increment(amount);
        }
    }
}
