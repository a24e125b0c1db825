package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.MaxPayloadSize;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.NumberSetting;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Makes nodes (XEP-0060 section 8.1), and those that a publication makes (section 7.1.4). */
final class Creation {
    private final Parts parts;

    Creation(Parts parts) {
        this.parts = parts;
    }

    Iq create(Asked asked) {
        String wanted = asked.nodeOrNull();
        String name = wanted == null ? Parts.randomId() : wanted;
        parts.profile.checkMayCreate(asked.service(), asked.asker());
        DataForm form = Asked.form(asked.beside("configure"), Pubsub.NODE_CONFIG);
        return parts.inTurn(asked.service(), name, work -> {
            if (parts.nodes.find(asked.service(), name) != null) {
                throw new StanzaException(Condition.CONFLICT);
            }
            Node node = made(asked.service(), name, asked.asker(), form);
            work.store(node, db -> insert(db, node));
            return wanted == null ? asked.answer(created(name)) : asked.request().result();
        });
    }

    private static Element created(String name) {
        return Element.builder("create", Pubsub.NAMESPACE)
                .attribute("node", name)
                .build();
    }

    /** A node that is not stored yet. */
    Node made(Jid service, String name, Jid creator, @Nullable DataForm form) {
        NodeConfig defaults = defaults(service, name);
        NodeConfig config = form == null ? defaults : defaults.submitted(form);
        check(defaults, config);
        Map<Jid, Affiliation> owners =
                service.equals(creator.bare()) ? Map.of() : Map.of(creator.bare(), Affiliation.OWNER);
        return new Node(
                Parts.randomNumber(), service, name, creator.bare(), parts.now(), config, owners, Map.of());
    }

    /** How a new node of that name is, which is never more than the service gives. */
    NodeConfig defaults(Jid service, String name) {
        NodeConfig defaults = parts.profile.defaults(service, name);
        boolean tooMany = defaults.get(MaxItems.SETTING) > parts.profile.limits().maxItems();
        return tooMany ? defaults.with(MaxItems.SETTING, NumberSetting.MAX) : defaults;
    }

    /**
     * @throws StanzaException {@code not-acceptable} when what is new in a configuration is more than the service gives
     */
    void check(NodeConfig before, NodeConfig after) {
        Limits limits = parts.profile.limits();
        check(MaxItems.SETTING, before, after, limits.maxItems(), "A node keeps at most %,d items here");
        check(
                MaxPayloadSize.SETTING,
                before,
                after,
                limits.maxPayloadBytes(),
                "A payload has at most %,d bytes here");
    }

    private static void check(NumberSetting setting, NodeConfig before, NodeConfig after, int most, String text) {
        int wanted = after.get(setting);
        if (wanted > most && wanted != NumberSetting.MAX && wanted != before.get(setting)) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, text.formatted(most));
        }
    }

    /** Stores a new node, unless its maker has too many. */
    void insert(DSLContext db, Node node) {
        if (!parts.profile.hold(db, node.service()) || !parts.hold(db, node.creator())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
        int most = parts.profile.limits().maxNodes();
        if (parts.store.countMade(db, node.service(), node.creator()) >= most) {
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.error("Nobody may make more than " + most + " nodes here"));
        }
        parts.store.removeRedirect(db, node);
        parts.store.insert(db, node);
    }
}
