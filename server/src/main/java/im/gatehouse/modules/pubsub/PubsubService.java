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
    private static final String PING = "urn:xmpp:ping";

    /** Nodes in one answer at most. */
    private static final int MOST_NODES = 5_000;

    private static final StanzaError STORAGE_FAILED =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    private final ModuleContext context;
    private final Engine engine;
    private final Supplier<PubsubConfig> config;

    PubsubService(ModuleContext context, Engine engine, Supplier<PubsubConfig> config) {
        this.context = context;
        this.engine = engine;
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

    // --- discovery ---

    private static @Nullable String node(Iq iq) {
        String node = iq.request().attribute("node");
        return node == null || node.isEmpty() ? null : node;
    }

    private Element info(Iq iq) {
        String name = node(iq);
        Element.Builder query = Element.builder("query", INFO).attribute("node", name);
        if (name == null) {
            query.child(identity("service", config.get().name()));
            List.of(INFO, ITEMS, PING, Pubsub.NAMESPACE).forEach(feature -> query.child(feature(feature)));
            Engine.ABILITIES.forEach(ability -> query.child(feature(Pubsub.NAMESPACE + "#" + ability)));
            return query.build();
        }
        Disco.Node node = engine.info(iq.receiver().bare(), name, iq.sender());
        if (node == null) {
            throw Refusals.itemNotFound();
        }
        node.identities().forEach(identity -> query.child(identity(identity.type(), identity.name())));
        node.features().forEach(feature -> query.child(feature(feature)));
        node.forms().stream().map(DataForm::toElement).forEach(query::child);
        return query.build();
    }

    private static Element identity(String type, @Nullable String name) {
        return Element.builder("identity", INFO)
                .attribute("category", "pubsub")
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
