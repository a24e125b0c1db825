package im.gatehouse.module;

import im.gatehouse.config.Section;
import im.gatehouse.metrics.MetricSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a module declares of itself.
 *
 * @param name the field's name, {@code mod_…}: the table in the configuration and the prefix of metrics
 * @param config reads its configuration; problems are collected in the section
 * @param onByDefault whether it runs without a table of its own in the configuration
 * @param requires the names of modules that must run too
 * @param xeps the extensions it implements
 * @param serverFeatures what service discovery says of the server because of it
 * @param accountFeatures what service discovery says of an account because of it
 * @param metrics the metrics it emits
 * @param <C> the record of its configuration
 */
public record ModuleSpec<C extends Record>(
        String name,
        Function<Section, C> config,
        boolean onByDefault,
        List<String> requires,
        List<Xep> xeps,
        List<String> serverFeatures,
        List<String> accountFeatures,
        List<MetricSpec> metrics) {

    public ModuleSpec {
        requires = List.copyOf(requires);
        xeps = List.copyOf(xeps);
        serverFeatures = List.copyOf(serverFeatures);
        accountFeatures = List.copyOf(accountFeatures);
        metrics = List.copyOf(metrics);
    }

    /** The start of a specification. */
    public static <C extends Record> Builder<C> of(String name, Function<Section, C> config) {
        return new Builder<>(name, config);
    }

    /** Puts a specification together. */
    public static final class Builder<C extends Record> {
        private final String name;
        private final Function<Section, C> config;
        private boolean onByDefault;
        private final List<String> requires = new ArrayList<>();
        private final List<Xep> xeps = new ArrayList<>();
        private final List<String> serverFeatures = new ArrayList<>();
        private final List<String> accountFeatures = new ArrayList<>();
        private final List<MetricSpec> metrics = new ArrayList<>();

        private Builder(String name, Function<Section, C> config) {
            this.name = name;
            this.config = config;
        }

        public Builder<C> onByDefault() {
            onByDefault = true;
            return this;
        }

        public Builder<C> requires(String... modules) {
            requires.addAll(List.of(modules));
            return this;
        }

        public Builder<C> xep(int number, String version) {
            xeps.add(new Xep(number, version));
            return this;
        }

        public Builder<C> xep(int number, String version, String note) {
            xeps.add(new Xep(number, version, note));
            return this;
        }

        public Builder<C> serverFeatures(String... features) {
            serverFeatures.addAll(List.of(features));
            return this;
        }

        public Builder<C> accountFeatures(String... features) {
            accountFeatures.addAll(List.of(features));
            return this;
        }

        public Builder<C> metrics(MetricSpec... specs) {
            metrics.addAll(List.of(specs));
            return this;
        }

        public ModuleSpec<C> build() {
            return new ModuleSpec<>(
                    name, config, onByDefault, requires, xeps, serverFeatures, accountFeatures, metrics);
        }
    }
}
