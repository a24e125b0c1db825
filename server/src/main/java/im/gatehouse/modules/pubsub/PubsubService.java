package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.router.Component;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door of the service: takes what is sent to its domain, and says what it is and has. */
final class PubsubService implements Component {
    private static final Logger log = LoggerFactory.getLogger(PubsubService.class);

    private static final String INFO = "http://jabber.org/protocol/disco#info";
    private static final String ITEMS = "http://jabber.org/protocol/disco#items";
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final String PING = "urn:xmpp:ping";

    /** Nodes in one answer at most. */
    private static final int MOST_NODES = 5_000;

    private static final StanzaError STORAGE_FAILED =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    private final ModuleContext context;
    private final Engine engine;
    private final PendingForms pending;
    private final Supplier<PubsubConfig> config;

    PubsubService(ModuleContext context, Engine engine, Supplier<PubsubConfig> config) {
        this.context = context;
        this.engine = engine;
        this.pending = new PendingForms(engine);
        this.config = config;
    }

    @Override
    public void receive(Stanza stanza, Lane lane) {
        boolean toService = !stanza.receiver().hasLocal() && stanza.receiver().isBare();
        switch (stanza) {
            case Iq iq when iq.isRequest() && toService -> lane.blocking(() -> answer(iq, lane));
            case Iq iq -> refuse(iq, lane);
            case Message message when toService && Engine.isAnswer(message) ->
                lane.blocking(() -> answered(message, lane));
            case Message message when toService && message.type() == Message.Type.ERROR -> bounced(message, lane);
            case Message message when !toService || message.body() != null -> refuse(message, lane);
            case Message _ -> {} // receipts and chat states of those who were sent events
            case Presence presence -> {
                if (presence.type() == Presence.Type.SUBSCRIBE || presence.type() == Presence.Type.PROBE) {
                    refuse(presence, lane);
                }
            }
        }
    }

    private void refuse(Stanza stanza, Lane lane) {
        context.router().bounce(stanza, Condition.SERVICE_UNAVAILABLE.error(), lane);
    }

    /** Who cannot be reached for good hears no more of the node of which the event told (section 12.3). */
    private void bounced(Message message, Lane lane) {
        Element error = message.child("error", Namespaces.CLIENT);
        Element event = message.child("event", Pubsub.EVENT);
        Element what = event == null ? null : event.firstChild();
        String node = what == null ? null : what.attribute("node");
        boolean forGood = error != null
                && ("cancel".equals(error.attribute("type"))
                        || error.child(Condition.GONE.wire(), Namespaces.STANZA_ERRORS) != null);
        if (forGood && node != null) {
            lane.blocking(() -> {
                try {
                    engine.bounced(message.receiver().bare(), node, message.sender());
                } catch (StanzaException | StorageException e) {
                    log.debug("A subscription that cannot be served stays: {}", e.getMessage());
                }
            });
        }
    }

    private void answered(Message message, Lane lane) {
        try {
            engine.answered(message);
        } catch (StanzaException e) {
            context.router().bounce(message, e.error(), lane);
        } catch (StorageException e) {
            log.warn("An answer about a subscription could not be stored: {}", e.getMessage());
            context.router().bounce(message, STORAGE_FAILED, lane);
        }
    }

    /** The boundary: whatever goes wrong with a request, it is answered. */
    private void answer(Iq iq, Lane lane) {
        Stanza answer;
        try {
            answer = answer(iq);
        } catch (StanzaException e) {
            answer = iq.refuse(e.error());
        } catch (StorageException e) {
            log.warn("A request could not be handled: {}", e.getMessage());
            answer = iq.refuse(STORAGE_FAILED);
        } catch (RuntimeException e) {
            log.warn("A request in {} failed", iq.request().namespace(), e);
            answer = iq.refuse(Condition.INTERNAL_SERVER_ERROR.error());
        }
        context.router().route(answer, lane);
    }

    private Iq answer(Iq iq) {
        Element asked = iq.request();
        boolean get = iq.type() == Iq.Type.GET;
        return switch (asked.namespace()) {
            case Pubsub.NAMESPACE, Pubsub.OWNER -> {
                if (!asked.name().equals("pubsub")) {
                    throw new StanzaException(Condition.BAD_REQUEST);
                }
                yield engine.handle(iq);
            }
            case COMMANDS -> iq.result(command(checked(!get, iq)));
            case INFO -> iq.result(info(checked(get, iq)));
            case ITEMS -> iq.result(items(checked(get, iq)));
            case PING -> checked(get, iq).result();
            default -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        };
    }

    private static Iq checked(boolean get, Iq iq) {
        if (!get) {
            throw new StanzaException(Condition.NOT_ALLOWED);
        }
        return iq;
    }

    // --- the one command (section 8.7) ---

    /** Nothing has to be remembered between the steps: the form that comes back says all. */
    private Element command(Iq iq) {
        Element step = iq.request();
        if (!step.name().equals("command") || !PendingForms.COMMAND.equals(step.attribute("node"))) {
            throw Refusals.itemNotFound();
        }
        Jid service = iq.receiver().bare();
        String id = step.attributeOr("sessionid", Parts.randomId());
        DataForm submitted = DataForm.of(step.child("x", DataForm.NAMESPACE));
        return switch (step.attributeOr("action", "execute")) {
            case "cancel" -> command(id, "canceled").build();
            case "execute", "next", "complete" -> {
                if (submitted != null && submitted.type() == DataForm.Type.SUBMIT) {
                    pending.askAgain(service, iq.sender(), submitted);
                    yield command(id, "completed").build();
                }
                Element form = pending.choice(service, iq.sender()).toElement();
                yield command(id, "executing").child(form).build();
            }
            default -> throw new StanzaException(Condition.BAD_REQUEST
                    .error("There is no such action")
                    .detail(Element.of("bad-action", COMMANDS)));
        };
    }

    private static Element.Builder command(String id, String status) {
        return Element.builder("command", COMMANDS)
                .attribute("node", PendingForms.COMMAND)
                .attribute("sessionid", id)
                .attribute("status", status);
    }

    // --- discovery ---

    private static @Nullable String node(Iq iq) {
        String node = iq.request().attribute("node");
        return node == null || node.isEmpty() ? null : node;
    }

    private Element info(Iq iq) {
        String name = node(iq);
        Element.Builder query = Element.builder("query", INFO).attribute("node", name);
        if (name == null) {
            query.child(identity("pubsub", "service", config.get().name()));
            List.of(INFO, ITEMS, PING, COMMANDS, Pubsub.NAMESPACE).forEach(feature -> query.child(feature(feature)));
            Engine.ABILITIES.forEach(ability -> query.child(feature(Pubsub.NAMESPACE + "#" + ability)));
            return query.build();
        }
        if (name.equals(COMMANDS) || name.equals(PendingForms.COMMAND)) {
            String type = name.equals(COMMANDS) ? "command-list" : "command-node";
            return query.child(identity("automation", type, PendingForms.NAME))
                    .child(feature(COMMANDS))
                    .child(feature(DataForm.NAMESPACE))
                    .build();
        }
        Disco.Node node = engine.info(iq.receiver().bare(), name, iq.sender());
        if (node == null) {
            throw Refusals.itemNotFound();
        }
        node.identities().forEach(identity -> query.child(identity("pubsub", identity.type(), identity.name())));
        node.features().forEach(feature -> query.child(feature(feature)));
        node.forms().stream().map(DataForm::toElement).forEach(query::child);
        return query.build();
    }

    private static Element identity(String category, String type, @Nullable String name) {
        return Element.builder("identity", INFO)
                .attribute("category", category)
                .attribute("type", type)
                .attribute("name", name)
                .build();
    }

    private static Element feature(String feature) {
        return Element.builder("feature", INFO).attribute("var", feature).build();
    }

    private Element items(Iq iq) {
        String name = node(iq);
        Jid service = iq.receiver().bare();
        if (COMMANDS.equals(name)) {
            return Element.builder("query", ITEMS)
                    .attribute("node", name)
                    .child(Element.builder("item", ITEMS)
                            .attribute("jid", service.toString())
                            .attribute("node", PendingForms.COMMAND)
                            .attribute("name", PendingForms.NAME)
                            .build())
                    .build();
        }
        List<Disco.Item> items = name == null
                ? engine.nodes(service, iq.sender(), MOST_NODES)
                : engine.itemList(service, name, iq.sender());
        if (items == null) {
            throw Refusals.itemNotFound();
        }
        Element.Builder query = Element.builder("query", ITEMS).attribute("node", name);
        items.forEach(item -> query.child(Element.builder("item", ITEMS)
                .attribute("jid", item.jid().toString())
                .attribute("node", item.node())
                .attribute("name", item.name())
                .build()));
        return query.build();
    }
}
