package im.gatehouse.modules.avatar;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.pep.Pep;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.vcard.VCards;

/**
 * {@code mod_avatar}: an avatar that is published is on the visiting card as well, and the other way round; presence
 * tells its hash (XEP-0398).
 */
public final class AvatarModule implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_avatar", NoConfig::read)
                .onByDefault()
                .requires("mod_pep", "mod_vcard", "mod_presence")
                .xep(84, "1.1.4")
                .xep(153, "1.1.1")
                .xep(398, "1.0.1")
                .accountFeatures("urn:xmpp:pep-vcard-conversion:0")
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        Presences presences = context.service(Presences.class);
        AvatarStamp stamp = new AvatarStamp(context, presences);
        Avatars avatars = new Avatars(context, stamp::changed);
        String module = context.module();
        context.undoLater(presences.addStamp(stamp));
        context.undoLater(context.sessions().opened().add(module, session -> stamp.opened(session, avatars::hash)));
        context.undoLater(context.service(Pep.class).engine().storeAlong(avatars::stored));
        context.undoLater(context.service(Pep.class).engine().changed().add(module, avatars::published));
        context.undoLater(context.service(VCards.class).changed().add(module, avatars::carded));
        context.undoLater(context.accounts().onRemoval(module, avatars::remove));
        context.undoLater(context.accounts().onDomainRemoval(module, avatars::removeDomain));
        return _ -> {};
    }
}
