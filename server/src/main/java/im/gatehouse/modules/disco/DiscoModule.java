package im.gatehouse.modules.disco;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/**
 * Service discovery (XEP-0030): tells what the server and its accounts are, can do and consist of, from what modules
 * declare; with the server's own capabilities (XEP-0115).
 */
public final class DiscoModule implements ServerModule<DiscoConfig> {
    @Override
    public ModuleSpec<DiscoConfig> spec() {
        return ModuleSpec.of("mod_disco", DiscoConfig::read)
                .onByDefault()
                .xep(30, "2.5rc3")
                .xep(115, "1.6.0", "the server's own, as a stream feature")
                .xep(128, "1.0.1")
                .serverFeatures(DiscoInfo.NAMESPACE, Discovery.ITEMS, CapsFeature.NAMESPACE)
                .accountFeatures(DiscoInfo.NAMESPACE, Discovery.ITEMS)
                .build();
    }

    @Override
    public Running<DiscoConfig> start(DiscoConfig config, ModuleContext context) {
        Discovery discovery = new Discovery(config, context);
        on(context, Scope.SERVER, DiscoInfo.NAMESPACE, discovery::serverInfo);
        on(context, Scope.SERVER, Discovery.ITEMS, discovery::serverItems);
        on(context, Scope.ACCOUNT, DiscoInfo.NAMESPACE, discovery::accountInfo);
        on(context, Scope.ACCOUNT, Discovery.ITEMS, discovery::accountItems);
        context.undoLater(context.streamFeatures().add(discovery.caps()));
        return discovery::config;
    }

    private static void on(
            ModuleContext context, Scope scope, String namespace, im.gatehouse.router.IqHandler handler) {
        context.onIq(scope, Iq.Type.GET, "query", namespace, Execution.BLOCKING, handler);
    }
}
