package im.gatehouse.modules.pep;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.adhoc.AdHocCommands;
import im.gatehouse.modules.adhoc.Command;
import im.gatehouse.modules.caps.Capabilities;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.PendingForms;
import im.gatehouse.modules.pubsub.Pubsub;
import im.gatehouse.modules.pubsub.PubsubFigures;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Lets users tell their contacts what they do and have: {@code mod_pep} (XEP-0163). Provides {@link Pep}. */
public final class PepModule implements ServerModule<PepConfig> {
    private static final String NAME = "mod_pep";
    private static final MetricSpec PUBLISH = PubsubFigures.publications(NAME);
    private static final MetricSpec NOTIFY = PubsubFigures.notifications(NAME);

    /** Nodes in one answer at most. */
    private static final int MOST_NODES = 1_000;

    private static final List<String> OWN_ABILITIES = List.of(
            "auto-create", "auto-subscribe", "filtered-notifications", "presence-subscribe", "pubsub-on-a-jid");

    @Override
    public ModuleSpec<PepConfig> spec() {
        String[] features = Stream.concat(
                        Stream.of(Pubsub.NAMESPACE),
                        Stream.concat(Engine.ABILITIES.stream(), OWN_ABILITIES.stream())
                                .map(ability -> Pubsub.NAMESPACE + '#' + ability))
                .toArray(String[]::new);
        return ModuleSpec.of(NAME, PepConfig::read)
                .onByDefault()
                .requires("mod_roster", "mod_presence", "mod_caps")
                .xep(
                        163,
                        "1.2.2",
                        "without subscriptions by presence that is sent uninvited (XEP-0060 §9.1.3), which strangers"
                                + " would use to follow people unseen: they subscribe by name")
                .xep(172, "1.1")
                .xep(222, "1.0.1")
                .xep(223, "1.1.1")
                .serverFeatures(features)
                .accountFeatures(features)
                .metrics(PUBLISH, NOTIFY)
                .build();
    }

    @Override
    public Running<PepConfig> start(PepConfig config, ModuleContext context) {
        AtomicReference<PepConfig> current = new AtomicReference<>(config);
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        PubsubFigures figures =
                new PubsubFigures(scope, PUBLISH, NOTIFY, context.hosts(), context.router()::hostOf);
        Engine engine = new Engine(context, new PepProfile(context, current::get), figures);
        engine.load();
        context.provide(Pep.class, new Pep(engine));
        context.undoLater(context.sessions().closed().add(context.module(), engine::ended));
        context.undoLater(
                context.service(Presences.class).announced().add(context.module(), engine::announced));
        Door door = new Door(context, engine);
        for (String namespace : List.of(Pubsub.NAMESPACE, Pubsub.OWNER)) {
            context.onIq(Scope.ACCOUNT, Iq.Type.GET, "pubsub", namespace, Execution.BLOCKING, door::handle);
            context.onIq(Scope.ACCOUNT, Iq.Type.SET, "pubsub", namespace, Execution.BLOCKING, door::handle);
        }
        LastItems lastItems = new LastItems(context, engine);
        context.undoLater(context.service(Capabilities.class).learned().add(context.module(), lastItems::learned));
        context.undoLater(context.service(Presences.class).shown().add(context.module(), lastItems::shown));
        context.undoLater(context.service(Presences.class)
                .hidden()
                .add(context.module(), parted -> engine.parted(parted.account(), parted.other())));
        context.optionalService(AdHocCommands.class)
                .ifPresent(commands -> context.undoLater(commands.add(pending(engine))));
        context.undoLater(
                context.router().messageSent().add(context.module(), sent -> answered(context, engine, sent)));
        discovery(context, engine);
        context.undoLater(context.accounts().onRemoval(context.module(), engine::removeAccount));
        context.undoLater(context.accounts().removed().add(context.module(), engine::removed));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), engine::removeDomain));
        context.undoLater(context.accounts().domainRemoved().add(context.module(), engine::removed));
        return current::set;
    }

    /** Lets users see who waits for their word, at their own accounts (XEP-0060 section 8.7). */
    private static Command pending(Engine engine) {
        PendingForms forms = new PendingForms(engine);
        return new Command(
                PendingForms.COMMAND,
                PendingForms.NAME,
                Jid::hasLocal,
                (_, owner) -> new Command.Reply.Ask(forms.choice(owner.bare(), owner), submitted -> {
                    forms.askAgain(owner.bare(), owner, submitted);
                    return new Command.Reply.Done(null, List.of());
                }));
    }

    /** An owner answers whether somebody may subscribe, with a message to the own account. Runs in the owner's lane. */
    private static void answered(ModuleContext context, Engine engine, Message sent) {
        if (sent.receiver().equals(sent.sender().bare()) && Engine.isAnswer(sent)) {
            Session session = context.sessions().find(sent.sender());
            if (session != null) {
                session.lane().blocking(() -> engine.answered(sent));
            }
        }
    }

    private static void discovery(ModuleContext context, Engine engine) {
        Disco.Identity identity = new Disco.Identity("pubsub", "pep", null);
        context.undoLater(context.disco().account().addIdentity(identity));
        context.undoLater(context.disco().server().addIdentity(identity));
        Disco.Entity account = context.disco().account();
        context.undoLater(account.addItems((asked, asker) -> engine.nodes(asked.bare(), asker, MOST_NODES)));
        context.undoLater(account.addOtherNodes((node, asked, asker) -> engine.info(asked.bare(), node, asker)));
        context.undoLater(
                account.addOtherNodeItems((node, asked, asker) -> engine.itemList(asked.bare(), node, asker)));
    }
}
