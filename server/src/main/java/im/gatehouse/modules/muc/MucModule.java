package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleException;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.time.Time;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Rooms in which many talk: {@code mod_muc} (XEP-0045). */
public final class MucModule implements ServerModule<MucConfig> {
    private static final MetricSpec ROOMS = MetricSpec.gauge(
            "mod_muc", "rooms", List.of(MetricSpec.HOST_TYPE), "Rooms in memory: in use now or within the last hour");
    private static final MetricSpec OCCUPANTS =
            MetricSpec.gauge("mod_muc", "occupants", List.of(MetricSpec.HOST_TYPE), "Nicks in rooms now");

    private final ModuleSpec<MucConfig> spec = ModuleSpec.of("mod_muc", MucConfig::read)
            .onByDefault()
            .xep(45, "1.35.5")
            .xep(59, "1.0", "for the list of rooms")
            .xep(249, "1.2", "direct invitations pass between clients")
            .xep(359, "0.7.0")
            .xep(410, "1.1.0")
            .xep(317, "0.3.0")
            .xep(421, "1.0.1")
            .xep(424, "0.4.2", "tombstones in the history of rooms")
            .xep(425, "0.3.0")
            .xep(486, "0.1.0")
            .metrics(ROOMS, OCCUPANTS)
            .build();

    @Override
    public ModuleSpec<MucConfig> spec() {
        return spec;
    }

    @Override
    public Running<MucConfig> start(MucConfig config, ModuleContext context) {
        Map<String, String> domains = domains(config, context.hosts());
        Parts parts = new Parts(config, context);
        Map<String, String> hosts = new LinkedHashMap<>();
        domains.forEach((host, domain) -> hosts.putIfAbsent(domain, host));
        RoomService service = new RoomService(parts, hosts);
        for (String domain : Set.copyOf(domains.values())) {
            try {
                context.undoLater(context.router().addComponent(domain, service));
            } catch (IllegalStateException e) {
                throw new ModuleException("modules.mod_muc.host: the domain " + domain
                        + " is already served; give the rooms one of their own, such as \"conference.@HOST@\"");
            }
        }
        listen(parts, service, context, domains);
        measure(service, context, domains);
        context.undoLater(context.disco().server().addItems(asker -> items(parts, asker, domains)));
        RoomErrands errands = new RoomErrands(service, Set.copyOf(domains.values()));
        context.administer(new RoomOperations(parts, service, errands).operations());
        context.provide(RoomControl.class, new RoomControl(parts, service, errands));
        context.provide(RoomHooks.class, parts.hooks);
        return new Running<>() {
            @Override
            public void reload(MucConfig fresh) {
                parts.config = fresh;
            }

            @Override
            public List<String> waiting(MucConfig fresh) {
                return fresh.host().equals(config.host()) ? List.of() : List.of("host");
            }

            @Override
            public void close() {
                service.close();
            }
        };
    }

    /** The domain of the rooms for each host; several hosts may share one. */
    private static Map<String, String> domains(MucConfig config, Set<String> hosts) {
        Map<String, String> domains = new LinkedHashMap<>();
        hosts.forEach(host -> domains.put(host, Jid.ofDomain(config.domain(host)).domain()));
        return domains;
    }

    private static void listen(
            Parts parts, RoomService service, ModuleContext context, Map<String, String> domains) {
        context.undoLater(context.sessions().closed().add(context.module(), service::closed));
        context.undoLater(context.sessions().stopping().add(context.module(), _ -> service.stop()));
        context.undoLater(context.accounts().onRemoval(context.module(), (db, account) -> {
            parts.store.forgetAccount(db, account);
            parts.hats.forgetAccount(db, account);
        }));
        context.undoLater(context.accounts().removed().add(context.module(), service::accountRemoved));
        Map<String, String> left = new ConcurrentHashMap<>(domains);
        context.undoLater(context.accounts().onDomainRemoval(context.module(), (db, host) -> {
            String domain = alone(left, host);
            if (domain != null) {
                parts.store.deleteAll(db, domain);
            }
            parts.store.forgetAccounts(db, host);
            parts.hats.forgetAccounts(db, host);
        }));
        context.undoLater(context.accounts().domainRemoved().add(context.module(), host -> {
            String domain = alone(left, host);
            left.remove(host);
            if (domain != null) {
                service.domainRemoved(domain);
            }
            service.accountsRemoved(host);
        }));
        Time.Timer sweeping = context.time().every(RoomService.SWEEP, service::sweep);
        context.undoLater(sweeping::cancel);
    }

    /** The domain of a host's rooms, or null where rooms of other hosts are there, too. */
    static @Nullable String alone(Map<String, String> domains, String host) {
        String domain = domains.get(host);
        return Collections.frequency(domains.values(), domain) == 1 ? domain : null;
    }

    private static void measure(RoomService service, ModuleContext context, Map<String, String> domains) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        domains.forEach((host, domain) -> {
            scope.gauge(ROOMS, List.of(host), () -> service.inMemory(domain).count());
            scope.gauge(
                    OCCUPANTS, List.of(host), () -> service.inMemory(domain).mapToInt(Room::occupantCount).sum());
        });
    }

    /** One of this server's own users is shown the rooms of their host, a stranger all services. */
    private static List<Disco.Item> items(Parts parts, Jid asker, Map<String, String> domains) {
        String own = domains.get(asker.domain());
        return Set.copyOf(domains.values()).stream()
                .filter(domain -> own == null || own.equals(domain))
                .map(domain -> new Disco.Item(Jid.ofDomain(domain), null, parts.config.name()))
                .toList();
    }
}
