package im.gatehouse.modules.pep;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.modules.pubsub.Pubsub;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests at accounts. Strangers get an answer about nodes that are open to them, and about what they are to
 * nodes; whatever else they ask is answered as if there were no account, so that names cannot be tried out (RFC 6120
 * section 13.11). May block.
 */
final class Door {
    /** What somebody may ask about oneself without naming a node. */
    private static final Set<String> OWN = Set.of("subscriptions", "affiliations");

    private final ModuleContext context;
    private final Engine engine;

    Door(ModuleContext context, Engine engine) {
        this.context = context;
        this.engine = engine;
    }

    /**
     * Answers a request.
     *
     * @throws StanzaException to refuse
     */
    Iq handle(Iq request) {
        Jid account = request.receiver().bare();
        boolean answers = request.sender().bare().equals(account)
                || namesOpenNode(account, request)
                || PresenceAccess.mayKnow(context, account, request.sender());
        if (answers) {
            return engine.handle(request);
        }
        Iq own = own(request);
        if (own == null) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
        return own;
    }

    /** Whether the request names a node, and none but such as the sender could know of. */
    private boolean namesOpenNode(Jid account, Iq request) {
        Set<String> names = request.request().children().stream()
                .map(child -> child.attribute("node"))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return !names.isEmpty() && names.stream().allMatch(name -> {
            Node node = engine.find(account, name);
            return node != null && engine.mayKnowOf(node, request.sender());
        });
    }

    /** What a stranger is to nodes of the account; null for those who are nothing, and for all other questions. */
    private @Nullable Iq own(Iq request) {
        Element pubsub = request.request();
        Element asked = pubsub.firstChild();
        boolean about = request.type() == Iq.Type.GET
                && asked != null
                && pubsub.namespace().equals(Pubsub.NAMESPACE)
                && OWN.contains(asked.name());
        if (!about) {
            return null;
        }
        try {
            Iq answer = engine.handle(request);
            Element list = Objects.requireNonNull(answer.payload()).firstChild();
            return list == null || list.children().isEmpty() ? null : answer;
        } catch (StanzaException _) {
            return null;
        }
    }
}
