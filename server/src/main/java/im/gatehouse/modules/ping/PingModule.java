package im.gatehouse.modules.ping;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;

/**
 * Answers pings, so that clients notice a dead connection (XEP-0199). An account answers its owner and those who may
 * see its presence; others learn nothing from it.
 */
public final class PingModule implements ServerModule<NoConfig> {
    private static final String NAMESPACE = "urn:xmpp:ping";

    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_ping", NoConfig::read)
                .onByDefault()
                .xep(199, "2.0.1")
                .serverFeatures(NAMESPACE)
                .accountFeatures(NAMESPACE)
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        context.onIq(Scope.SERVER, Iq.Type.GET, "ping", NAMESPACE, Execution.NOW, Iq::result);
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, "ping", NAMESPACE, Execution.BLOCKING, request -> {
            if (!PresenceAccess.mayKnow(context, request.receiver(), request.sender())) {
                throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
            }
            return request.result();
        });
        return _ -> {};
    }
}
