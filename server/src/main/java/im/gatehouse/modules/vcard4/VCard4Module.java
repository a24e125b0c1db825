package im.gatehouse.modules.vcard4;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.pep.Pep;
import im.gatehouse.modules.vcard.VCards;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/**
 * {@code mod_vcard4}: visiting cards as vCard 4, published by users, also for clients that ask for them without
 * publish-subscribe; and the same card for clients that know the old format alone (XEP-0292).
 */
public final class VCard4Module implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_vcard4", NoConfig::read)
                .onByDefault()
                .requires("mod_pep", "mod_vcard")
                .xep(292, "0.12.0", "names, addresses, numbers and texts are converted from and to XEP-0054")
                .accountFeatures(VCard4.NAMESPACE)
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        VCard4 cards = new VCard4(context, context.service(Pep.class).engine(), context.service(VCards.class));
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, "vcard", VCard4.NAMESPACE, Execution.BLOCKING, cards::get);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "vcard", VCard4.NAMESPACE, Execution.BLOCKING, cards::set);
        context.undoLater(context.service(Pep.class).engine().storeAlong(cards::stored));
        context.undoLater(context.service(VCards.class).changed().add(context.module(), cards::carded));
        return _ -> {};
    }
}
