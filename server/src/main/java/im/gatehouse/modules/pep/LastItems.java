package im.gatehouse.modules.pep;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.caps.Capabilities;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.modules.roster.Contacts;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Session;
import im.gatehouse.storage.StorageException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a client, when it becomes available or says that it is interested in more, the last items of what it is
 * interested in: of the user's own account and of the contacts whose presence the user sees (XEP-0163 section 4.3).
 */
final class LastItems {
    static final String NOTIFY = "+notify";

    private static final Logger log = LoggerFactory.getLogger(LastItems.class);

    private final ModuleContext context;
    private final Engine engine;
    private final Rosters rosters;
    private final Capabilities capabilities;

    LastItems(ModuleContext context, Engine engine) {
        this.context = context;
        this.engine = engine;
        this.rosters = context.service(Rosters.class);
        this.capabilities = context.service(Capabilities.class);
    }

    /** A client's interests are known. Runs in its lane, in which the reading waits its turn. */
    void learned(Capabilities.Learned learned) {
        Set<String> nodes = interests(learned.added());
        if (!nodes.isEmpty()) {
            Session session = learned.session();
            session.lane().blocking(() -> send(session, nodes));
        }
    }

    private static Set<String> interests(Set<String> features) {
        return features.stream()
                .filter(feature -> feature.endsWith(NOTIFY))
                .map(feature -> feature.substring(0, feature.length() - NOTIFY.length()))
                .collect(Collectors.toSet());
    }

    /** A contact begins to see an account's presence. May block. */
    void shown(Presences.Exchange shown) {
        if (!context.router().isHost(shown.other().domain())) {
            return;
        }
        for (Session session : context.sessions().of(shown.other())) {
            Set<String> nodes = interests(capabilities.of(session));
            if (session.isAvailable() && !nodes.isEmpty()) {
                send(session, Set.of(shown.account()), nodes);
            }
        }
    }

    private void send(Session session, Set<String> nodes) {
        Set<Jid> accounts = new HashSet<>();
        accounts.add(session.account());
        Contacts contacts = rosters.contacts(session.account());
        if (contacts != null) {
            contacts.to().stream()
                    .filter(contact -> contact.hasLocal() && context.router().isHost(contact.domain()))
                    .forEach(accounts::add);
        }
        send(session, accounts, nodes);
    }

    private void send(Session session, Set<Jid> accounts, Set<String> nodes) {
        try {
            for (Node node : engine.existing(accounts, nodes)) {
                engine.sendLast(node.service(), node.name(), session.jid());
            }
        } catch (StorageException e) {
            log.warn("A client is not sent the last items of its contacts: {}", e.getMessage());
        }
    }
}
