package im.gatehouse.modules.lastactivity;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/** Tells how long the server has been up and, to those who may know, how long ago a user left (XEP-0012). */
public final class LastActivityModule implements ServerModule<NoConfig> {
    /** After all guards that may refuse: what they refuse was not said. */
    private static final int LAST = Integer.MAX_VALUE;

    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_last", NoConfig::read)
                .onByDefault()
                .xep(12, "2.0")
                .serverFeatures(LastActivity.NAMESPACE)
                .accountFeatures(LastActivity.NAMESPACE)
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        LastActivity last = new LastActivity(context);
        last.forgetWithAccounts();
        context.provide(LastSeenTimes.class, last::lastTime);
        context.undoLater(context.router().sending().add(context.module(), LAST, last::note));
        context.undoLater(context.sessions().closed().add(context.module(), last::ended));
        on(context, Scope.SERVER, Execution.NOW, last::serverUptime);
        on(context, Scope.ACCOUNT, Execution.BLOCKING, last::lastSeen);
        return _ -> {};
    }

    private static void on(
            ModuleContext context, Scope scope, Execution execution, im.gatehouse.router.IqHandler handler) {
        context.onIq(scope, Iq.Type.GET, "query", LastActivity.NAMESPACE, execution, handler);
    }
}
