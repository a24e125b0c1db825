package im.gatehouse.modules.announce;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.adhoc.AdHocCommands;
import im.gatehouse.modules.presence.Presences;

/**
 * {@code mod_announce}: administrators tell all users something, have a message of the day and a welcome, and stop the
 * server, from within a client (XEP-0133).
 */
public final class AnnounceModule implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_announce", NoConfig::read)
                .onByDefault()
                .requires("mod_adhoc", "mod_presence")
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        Announcements announcements = new Announcements(
                context.database(), context.accounts(), context.sessions(), context.router(), context.time());
        announcements.load();
        AdHocCommands commands = context.service(AdHocCommands.class);
        new AnnounceCommands(context, announcements)
                .all()
                .forEach(command -> context.undoLater(commands.add(command)));
        context.undoLater(
                context.service(Presences.class).takingMessages().add(context.module(), announcements::arrived));
        context.undoLater(context.accounts().created().add(context.module(), announcements::made));
        context.undoLater(context.accounts().onRemoval(context.module(), announcements::removeAccount));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), announcements::removeDomain));
        return _ -> {};
    }
}
