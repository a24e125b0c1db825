package im.gatehouse.modules.carbons;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/** Shows a conversation on all of a user's clients: {@code mod_carboncopy} (XEP-0280). */
public final class CarbonsModule implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_carboncopy", NoConfig::read)
                .onByDefault()
                .xep(280, "1.0.1", "errors are not copied")
                .xep(297, "1.0")
                .serverFeatures(Carbons.NAMESPACE, Carbons.RULES)
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        Carbons carbons = new Carbons(context.sessions());
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "enable", Carbons.NAMESPACE, Execution.NOW, carbons::enable);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "disable", Carbons.NAMESPACE, Execution.NOW, carbons::disable);
        context.provide(Carbons.class, carbons);
        context.undoLater(context.sessions().packing().add(context.module(), Carbons::pack));
        context.undoLater(context.sessions().unpacking().add(context.module(), Carbons::unpack));
        context.undoLater(context.streamFeatures().inline().add(new InlineCarbons(carbons)));
        context.undoLater(context.router().messageCopies(carbons));
        return _ -> {};
    }
}
