package im.gatehouse.modules.version;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;
import im.gatehouse.xml.Element;
import java.util.concurrent.atomic.AtomicReference;

/** Tells which software the server is (XEP-0092). */
public final class VersionModule implements ServerModule<VersionConfig> {
    private static final String NAMESPACE = "jabber:iq:version";

    @Override
    public ModuleSpec<VersionConfig> spec() {
        return ModuleSpec.of("mod_version", VersionConfig::read)
                .onByDefault()
                .xep(92, "1.1")
                .serverFeatures(NAMESPACE)
                .build();
    }

    @Override
    public Running<VersionConfig> start(VersionConfig config, ModuleContext context) {
        AtomicReference<Element> answer = new AtomicReference<>(answer(config, context.version()));
        context.onIq(
                Scope.SERVER,
                Iq.Type.GET,
                "query",
                NAMESPACE,
                Execution.NOW,
                request -> request.result(answer.get()));
        return fresh -> answer.set(answer(fresh, context.version()));
    }

    private static Element answer(VersionConfig config, String version) {
        return Element.builder("query", NAMESPACE)
                .child("name", config.name())
                .child("version", config.showVersion() ? version : "")
                .child("os", config.showOs() ? System.getProperty("os.name") : null)
                .build();
    }
}
