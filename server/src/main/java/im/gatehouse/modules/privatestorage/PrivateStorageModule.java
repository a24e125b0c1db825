package im.gatehouse.modules.privatestorage;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/**
 * Keeps small things for clients, such as old-style bookmarks and settings, that only their account sees (XEP-0049).
 */
public final class PrivateStorageModule implements ServerModule<PrivateStorageConfig> {
    @Override
    public ModuleSpec<PrivateStorageConfig> spec() {
        return ModuleSpec.of("mod_private", PrivateStorageConfig::read)
                .onByDefault()
                .xep(49, "1.2")
                .serverFeatures(PrivateStorage.NAMESPACE)
                .accountFeatures(PrivateStorage.NAMESPACE)
                .build();
    }

    @Override
    public Running<PrivateStorageConfig> start(PrivateStorageConfig config, ModuleContext context) {
        PrivateStorage storage = new PrivateStorage(config, context);
        storage.forgetWithAccounts();
        context.provide(PrivateStorage.class, storage);
        on(context, Iq.Type.GET, storage::get);
        on(context, Iq.Type.SET, storage::set);
        return storage::config;
    }

    private static void on(ModuleContext context, Iq.Type type, IqHandler handler) {
        context.onIq(Scope.ACCOUNT, type, "query", PrivateStorage.NAMESPACE, Execution.BLOCKING, handler);
    }
}
