package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleException;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.presence.Presences;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** A service to which people publish and to which they subscribe: {@code mod_pubsub} (XEP-0060). */
public final class PubsubModule implements ServerModule<PubsubConfig> {
    private static final String NAME = "mod_pubsub";
    private static final MetricSpec PUBLISH = PubsubFigures.publications(NAME);
    private static final MetricSpec NOTIFY = PubsubFigures.notifications(NAME);

    @Override
    public ModuleSpec<PubsubConfig> spec() {
        return ModuleSpec.of(NAME, PubsubConfig::read)
                .onByDefault()
                .xep(59, "1.0", "for items")
                .xep(
                        60,
                        "1.26.0",
                        "without collections, digests, bodies made of payloads and several"
                                + " subscriptions of one address to a node")
                .metrics(PUBLISH, NOTIFY)
                .build();
    }

    @Override
    public Running<PubsubConfig> start(PubsubConfig config, ModuleContext context) {
        AtomicReference<PubsubConfig> current = new AtomicReference<>(config);
        Map<String, String> domains = new LinkedHashMap<>();
        context.hosts().forEach(host -> domains.put(
                host, Jid.ofDomain(config.domain(host)).domain()));
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        PubsubFigures figures =
                new PubsubFigures(scope, PUBLISH, NOTIFY, context.hosts(), context.router()::hostOf);
        Engine engine = new Engine(context, new ServiceProfile(context, current::get), figures);
        engine.load();
        context.undoLater(context.sessions().closed().add(context.module(), engine::ended));
        context.optionalService(Presences.class)
                .ifPresent(presences -> context.undoLater(
                        presences.announced().add(context.module(), engine::announced)));
        PubsubService service = new PubsubService(context, engine, current::get);
        for (String domain : Set.copyOf(domains.values())) {
            serve(context, domain, service);
        }
        context.undoLater(context.disco().server().addItems((asked, _) -> domains.entrySet().stream()
                .filter(entry -> entry.getKey().equals(asked.domain()))
                .map(entry -> new Disco.Item(
                        Jid.ofDomain(entry.getValue()), null, current.get().name()))
                .toList()));
        forgetWithAccounts(context, engine, domains);
        context.administer(new PubsubOperations(engine, Set.copyOf(domains.values())).operations());
        return new Running<>() {
            @Override
            public void reload(PubsubConfig fresh) {
                current.set(fresh);
            }

            @Override
            public List<String> waiting(PubsubConfig fresh) {
                return fresh.host().equals(config.host()) ? List.of() : List.of("host");
            }
        };
    }

    private static void serve(ModuleContext context, String domain, PubsubService service) {
        try {
            context.undoLater(context.router().addComponent(domain, service));
        } catch (IllegalStateException e) {
            throw new ModuleException("modules.mod_pubsub.host: the domain " + domain
                    + " is already served; give the service one of its own, such as \"pubsub.@HOST@\"");
        }
    }

    private static void forgetWithAccounts(ModuleContext context, Engine engine, Map<String, String> domains) {
        context.undoLater(context.accounts().onRemoval(context.module(), engine::removeAccount));
        context.undoLater(context.accounts().removed().add(context.module(), engine::removed));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), (db, host) -> concerned(host, domains)
                .forEach(domain -> engine.removeDomain(db, domain))));
        context.undoLater(context.accounts().domainRemoved().add(context.module(), host -> concerned(host, domains)
                .forEach(engine::removed)));
    }

    /** What goes with a host: what its users are to nodes, and the service at its side. */
    private static Set<String> concerned(String host, Map<String, String> domains) {
        return Set.copyOf(List.of(host, domains.getOrDefault(host, host)));
    }
}
