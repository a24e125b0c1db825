package im.gatehouse.modules.register;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.invites.InvitedRegistration;
import im.gatehouse.router.IqHandler;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/**
 * In-band registration (XEP-0077): clients make an account before they sign in; owners change their password and remove
 * their account. Off unless the configuration has its table.
 */
public final class RegisterModule implements ServerModule<RegisterConfig> {
    @Override
    public ModuleSpec<RegisterConfig> spec() {
        return ModuleSpec.of("mod_register", RegisterConfig::read)
                .xep(77, "2.5")
                .xep(445, "0.2.0")
                .serverFeatures(Application.NAMESPACE)
                .metrics(RegisterMetrics.MADE, RegisterMetrics.REMOVED, RegisterMetrics.THROTTLED)
                .build();
    }

    @Override
    public Running<RegisterConfig> start(RegisterConfig config, ModuleContext context) {
        Metrics.Scope figures = context.metrics().scope();
        context.undoLater(figures::close);
        Registration registration = new Registration(config, context, new RegisterMetrics(figures, context.hosts()));
        ShownInvitations shown = new ShownInvitations();
        context.undoLater(context.streamFeatures().add(RegisterFeature.invited(registration, shown)));
        context.undoLater(context.streamFeatures().add(RegisterFeature.registering(registration, shown)));
        context.provide(InvitedRegistration.class, registration::takesInvited);
        for (Scope scope : Scope.values()) {
            on(context, scope, Iq.Type.GET, Execution.NOW, registration::ownAccount);
            on(context, scope, Iq.Type.SET, Execution.BLOCKING, registration::change);
        }
        return registration::config;
    }

    private static void on(
            ModuleContext context, Scope scope, Iq.Type type, Execution execution, IqHandler handler) {
        context.onIq(scope, type, "query", Application.NAMESPACE, execution, handler);
    }
}
