package im.gatehouse.modules.invites;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.adhoc.AdHocCommands;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.stanza.Presence;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code mod_invites}: invitations by which people make an account or become somebody's contact (XEP-0379, XEP-0401).
 * Provides {@link Invitations}.
 */
public final class InvitesModule implements ServerModule<InvitesConfig> {
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);
    private static final String PREAUTH = "urn:xmpp:pars:0";

    private static final ModuleSpec<InvitesConfig> SPEC = ModuleSpec.of("mod_invites", InvitesConfig::read)
            .onByDefault()
            .requires("mod_adhoc", "mod_roster", "mod_presence")
            .xep(379, "0.3.3", "the server makes and redeems the invitations")
            .xep(401, "0.6.0")
            .metrics(InviteMetrics.MADE, InviteMetrics.USED)
            .build();

    @Override
    public ModuleSpec<InvitesConfig> spec() {
        return SPEC;
    }

    @Override
    public Running<InvitesConfig> start(InvitesConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Befriending befriending = new Befriending(context.service(Rosters.class), context.router());
        Invitations invitations = new Invitations(
                config,
                context.database(),
                context.accounts(),
                context.time(),
                befriending,
                new InviteMetrics(scope, context.hosts()));
        context.provide(Invitations.class, invitations);
        AdHocCommands commands = context.service(AdHocCommands.class);
        new InviteCommands(context, invitations).all().forEach(command -> context.undoLater(commands.add(command)));
        context.undoLater(context.service(Presences.class)
                .requested()
                .add(context.module(), request -> welcome(invitations, request)));
        InviteOperations operations = new InviteOperations(invitations, context.hosts());
        context.administer(InviteOperations.operations(() -> operations));
        context.undoLater(context.accounts().onRemoval(context.module(), invitations::removeAccount));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), invitations::removeDomain));
        Time.Timer cleaning = context.time()
                .every(BETWEEN_CLEANINGS, () -> Thread.startVirtualThread(invitations::cleanUp));
        context.undoLater(cleaning::cancel);
        Thread.startVirtualThread(invitations::resume);
        return invitations::config;
    }

    private static void welcome(Invitations invitations, Presence request) {
        Element preauth = request.child("preauth", PREAUTH);
        if (preauth != null) {
            invitations.welcome(
                    request.receiver().bare(), request.sender().bare(), preauth.attributeOr("token", ""));
        }
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(InviteOperations.operations(() -> {
            throw AdminException.notLoaded(SPEC.name());
        }));
    }
}
