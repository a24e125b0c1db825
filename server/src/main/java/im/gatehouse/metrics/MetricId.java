package im.gatehouse.metrics;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A metric with the values of its labels, in the order of the specification. */
record MetricId(MetricSpec spec, List<String> values) {
    MetricId {
        values = List.copyOf(values);
        if (values.size() != spec.labels().size()) {
            throw new IllegalArgumentException(spec.prometheusName() + " needs values of " + spec.labels());
        }
    }

    Tags tags() {
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            tags.add(Tag.of(spec.labels().get(i), values.get(i)));
        }
        return Tags.of(tags);
    }

    List<String> dotted(boolean allGlobal) {
        Map<String, String> others = new TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            others.put(spec.labels().get(i), values.get(i));
        }
        String host = others.remove(MetricSpec.HOST_TYPE);
        List<String> parts = new ArrayList<>();
        parts.add(allGlobal || host == null || host.isEmpty() ? "global" : host.replace(' ', '_'));
        parts.add(spec.name());
        parts.addAll(others.values());
        parts.add(spec.part());
        return List.copyOf(parts);
    }
}
