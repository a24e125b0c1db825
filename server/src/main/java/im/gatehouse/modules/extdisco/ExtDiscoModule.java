package im.gatehouse.modules.extdisco;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/** Tells users which STUN and TURN servers to use for calls, with credentials that soon expire (XEP-0215). */
public final class ExtDiscoModule implements ServerModule<ExtDiscoConfig> {
    @Override
    public ModuleSpec<ExtDiscoConfig> spec() {
        return ModuleSpec.of("mod_extdisco", ExtDiscoConfig::read)
                .xep(215, "1.0.0", "no pushes of changes")
                .serverFeatures(ExtDisco.NAMESPACE)
                .build();
    }

    @Override
    public Running<ExtDiscoConfig> start(ExtDiscoConfig config, ModuleContext context) {
        ExtDisco disco = new ExtDisco(config, context.hosts(), context.time());
        context.onIq(Scope.SERVER, Iq.Type.GET, "services", ExtDisco.NAMESPACE, Execution.NOW, disco::services);
        context.onIq(Scope.SERVER, Iq.Type.GET, "credentials", ExtDisco.NAMESPACE, Execution.NOW, disco::credentials);
        return disco::config;
    }
}
