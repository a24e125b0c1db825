package im.gatehouse.modules.vcard;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/** Visiting cards: name, picture and whatever else a user wants everybody to see (XEP-0054). */
public final class VCardModule implements ServerModule<VCardConfig> {
    @Override
    public ModuleSpec<VCardConfig> spec() {
        return ModuleSpec.of("mod_vcard", VCardConfig::read)
                .onByDefault()
                .xep(54, "1.2")
                .serverFeatures(VCards.NAMESPACE)
                .accountFeatures(VCards.NAMESPACE)
                .build();
    }

    @Override
    public Running<VCardConfig> start(VCardConfig config, ModuleContext context) {
        VCards cards = new VCards(config, context);
        cards.load();
        cards.forgetWithAccounts();
        context.undoLater(context.sessions().opened().add(context.module(), cards::opened));
        context.provide(VCards.class, cards);
        on(context, Iq.Type.GET, cards::get);
        on(context, Iq.Type.SET, cards::set);
        return cards::config;
    }

    private static void on(ModuleContext context, Iq.Type type, IqHandler handler) {
        context.onIq(Scope.ACCOUNT, type, "vCard", VCards.NAMESPACE, Execution.BLOCKING, handler);
    }
}
