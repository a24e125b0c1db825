package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;

/**
 * Commands that users give with the forms of their client (XEP-0050). Administrators manage accounts and sessions with
 * them (XEP-0133); other modules may add theirs to the {@link AdHocCommands} that this one provides.
 */
public final class AdHocModule implements ServerModule<AdHocConfig> {
    @Override
    public ModuleSpec<AdHocConfig> spec() {
        return ModuleSpec.of("mod_adhoc", AdHocConfig::read)
                .onByDefault()
                .xep(4, "2.13.1")
                .xep(50, "1.3.0")
                .xep(
                        133,
                        "1.2",
                        "left out: showing passwords, which are not kept, black and white lists, the list of"
                                + " administrators, restart")
                .serverFeatures(AdHocCommands.NAMESPACE, DataForm.NAMESPACE)
                .accountFeatures(AdHocCommands.NAMESPACE)
                .build();
    }

    @Override
    public Running<AdHocConfig> start(AdHocConfig config, ModuleContext context) {
        AdHocCommands commands = new AdHocCommands(config.sessionTimeout(), context);
        new AdminCommands(context).all().forEach(command -> context.undoLater(commands.add(command)));
        new UserCommands(context).all().forEach(command -> context.undoLater(commands.add(command)));
        new ActivityCommands(context).all().forEach(command -> context.undoLater(commands.add(command)));
        context.provide(AdHocCommands.class, commands);
        context.onIq(
                Scope.SERVER,
                Iq.Type.SET,
                "command",
                AdHocCommands.NAMESPACE,
                Execution.BLOCKING,
                commands::handle);
        context.onIq(
                Scope.ACCOUNT,
                Iq.Type.SET,
                "command",
                AdHocCommands.NAMESPACE,
                Execution.BLOCKING,
                commands::handleOwn);
        return fresh -> commands.timeout(fresh.sessionTimeout());
    }
}
