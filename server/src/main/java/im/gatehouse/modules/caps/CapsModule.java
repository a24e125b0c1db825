package im.gatehouse.modules.caps;

import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
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
                .serverFeatures("http://jabber.org/protocol/caps#optimize")
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
        context.undoLater(presences.addStamp(CapsModule::remembered));
        context.undoLater(presences.tellOnce(CapsModule::isCaps));
        context.undoLater(presences.announced().add(context.module(), capabilities::announced));
        context.undoLater(context.sessions().restored().add(context.module(), capabilities::restored));
        context.undoLater(context.router().answered().add(context.module(), capabilities::answered));
        return capabilities::config;
    }

    private static boolean isCaps(Element child) {
        return child.is("c", CapsId.NAMESPACE);
    }

    /** What a client has said once holds until it says something else or goes (section 8.4). */
    private static Presence remembered(Session session, Presence presence) {
        Presence before = session.presence();
        Element caps = before == null || presence.has("c", CapsId.NAMESPACE)
                ? null
                : before.child("c", CapsId.NAMESPACE);
        return caps == null ? presence : presence.with(caps);
    }
}
