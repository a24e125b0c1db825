package im.gatehouse.modules.disco;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.module.Disco.Identity;
import im.gatehouse.module.Disco.Item;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers what the server and its accounts are, can do and consist of. */
final class Discovery {
    static final String ITEMS = "http://jabber.org/protocol/disco#items";

    private final ModuleContext context;
    private final Disco disco;
    private final CapsFeature caps;

    private volatile DiscoConfig config;

    Discovery(DiscoConfig config, ModuleContext context) {
        this.config = config;
        this.context = context;
        this.disco = context.disco();
        this.caps = new CapsFeature(this::server);
    }

    void config(DiscoConfig fresh) {
        config = fresh;
    }

    CapsFeature caps() {
        return caps;
    }

    // --- the server ---

    Iq serverInfo(Iq request) {
        String node = node(request);
        if (node == null || caps.isCurrent(node)) {
            return request.result(server().toQuery(node));
        }
        return request.result(known(disco.server().node(node, request.receiver(), request.sender()))
                .toQuery(node));
    }

    private DiscoInfo server() {
        List<Identity> identities = new ArrayList<>();
        identities.add(new Identity("server", "im", config.name()));
        identities.addAll(disco.server().identities());
        return new DiscoInfo(identities, disco.server().features(), disco.server().forms());
    }

    Iq serverItems(Iq request) {
        String node = node(request);
        Jid asked = request.receiver();
        if (node != null) {
            return request.result(itemsQuery(node, known(disco.server().nodeItems(node, asked, request.sender()))));
        }
        Map<Jid, Item> items = new LinkedHashMap<>();
        disco.server().items(asked, request.sender()).forEach(item -> items.putIfAbsent(item.jid(), item));
        context.router().listedComponents().stream()
                .sorted()
                .map(Jid::ofDomain)
                .forEach(jid -> items.putIfAbsent(jid, new Item(jid, null, null)));
        List<Item> own = items.values().stream()
                .filter(item -> belongsTo(asked.domain(), item.jid().domain()))
                .toList();
        return request.result(itemsQuery(null, own));
    }

    /** With several domains each shows what lies below it, and all show what lies below none. */
    private boolean belongsTo(String host, String domain) {
        Optional<String> nearest = context.hosts().stream()
                .filter(other -> domain.equals(other) || domain.endsWith('.' + other))
                .max(Comparator.comparingInt(String::length));
        return nearest.isEmpty() || nearest.get().equals(host);
    }

    // --- accounts ---

    Iq accountInfo(Iq request) {
        refuseStrangers(request);
        String node = node(request);
        if (node != null) {
            return request.result(known(disco.account().node(node, request.receiver(), request.sender()))
                    .toQuery(node));
        }
        List<Identity> identities = new ArrayList<>();
        identities.add(new Identity("account", "registered", null));
        identities.addAll(disco.account().identities());
        return request.result(
                new DiscoInfo(identities, disco.account().features(), disco.account().forms()).toQuery(null));
    }

    Iq accountItems(Iq request) {
        refuseStrangers(request);
        String node = node(request);
        Jid asked = request.receiver();
        List<Item> items = node == null
                ? disco.account().items(asked, request.sender())
                : known(disco.account().nodeItems(node, asked, request.sender()));
        return request.result(itemsQuery(node, items));
    }

    /** Strangers get what they would get without the account, so that names cannot be tried out. */
    private void refuseStrangers(Iq request) {
        if (!PresenceAccess.mayKnow(context, request.receiver(), request.sender())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
    }

    // --- both ---

    private static @Nullable String node(Iq request) {
        String node = request.request().attribute("node");
        return node == null || node.isEmpty() ? null : node;
    }

    private static DiscoInfo known(Disco.@Nullable Node node) {
        if (node == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        return DiscoInfo.of(node);
    }

    private static List<Item> known(@Nullable List<Item> items) {
        if (items == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        return items;
    }

    private static Element itemsQuery(@Nullable String node, List<Item> items) {
        Element.Builder query = Element.builder("query", ITEMS).attribute("node", node);
        for (Item item : items) {
            query.child(Element.builder("item", ITEMS)
                    .attribute("jid", item.jid().toString())
                    .attribute("node", item.node())
                    .attribute("name", item.name())
                    .build());
        }
        return query.build();
    }
}
