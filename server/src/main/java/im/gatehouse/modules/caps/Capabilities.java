package im.gatehouse.modules.caps;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.metrics.Counter;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what the clients that are connected here can do (XEP-0115). A hash that nobody has told before is asked about
 * once; what is answered counts for all who tell the same hash when it is what the hash stands for, and otherwise for
 * that client alone.
 *
 * <p>Everything of a session happens in its lane; {@link #of} may be called from any thread. Nothing here blocks.
 */
public final class Capabilities {
    private static final Logger log = LoggerFactory.getLogger(Capabilities.class);

    /** Of a client that says more than this of itself nothing is known. */
    private static final int MOST_CHARACTERS = 8_192;

    /** Room for one hash, in characters; most need a third of it. */
    private static final long ROOM = 4_096;

    private static final String QUESTION = "caps-";

    /**
     * A client's features have become known, or have changed.
     *
     * @param added those that the client did not have a moment ago
     */
    public record Learned(Session session, Set<String> added) {}

    /**
     * What is known of a session's client.
     *
     * @param question the id of the query that has not been answered yet, or null
     */
    private record State(CapsId id, Set<String> features, @Nullable String question) {}

    /** A hash function and a hash. */
    private record Hash(String hash, String ver) {}

    private static final Session.Key<State> STATE = new Session.Key<>("capabilities");

    private final NoticePoint<Learned> learned = new NoticePoint<>("the capabilities of a client");
    private final AtomicLong questions = new AtomicLong();
    private final CapsStore store = new CapsStore();
    private final ModuleContext context;
    private final Counter asked;
    private final Cache<Hash, Set<String>> known;
    private volatile CapsConfig config;

    Capabilities(ModuleContext context, CapsConfig config, Counter asked) {
        this.context = context;
        this.config = config;
        this.asked = asked;
        this.known = Caffeine.newBuilder()
                .maximumWeight(ROOM * config.maxHashes())
                .weigher((Hash _, Set<String> features) -> weight(features))
                .build();
    }

    void config(CapsConfig fresh) {
        config = fresh;
        known.policy().eviction().ifPresent(eviction -> eviction.setMaximum(ROOM * fresh.maxHashes()));
    }

    private static int weight(Set<String> features) {
        return 128 + features.stream().mapToInt(feature -> feature.length() + 32).sum();
    }

    /** Remembers what was known before the server was last stopped. Blocks. */
    void load() {
        context.database()
                .read(db -> store.newest(db, config.maxHashes()))
                .forEach(each -> known.put(new Hash(each.hash(), each.ver()), each.features()));
    }

    /** Told in the session's lane, maybe on an event loop: what may block goes through the lane. */
    public NoticePoint<Learned> learned() {
        return learned;
    }

    /** What a session's client can; nothing while that is not known. */
    public Set<String> of(Session session) {
        State state = session.kept(STATE);
        return state == null ? Set.of() : state.features();
    }

    /** A session has told its presence. */
    void announced(Session session) {
        Presence presence = session.presence();
        State before = session.kept(STATE);
        CapsId id = presence == null ? null : CapsId.of(presence.child("c", CapsId.NAMESPACE));
        if (id == null) {
            session.keep(STATE, null);
        } else if (before == null || !before.id().equals(id)) {
            Set<String> features = id.hash() == null ? null : known.getIfPresent(new Hash(id.hash(), id.ver()));
            if (features == null) {
                ask(session, id);
            } else {
                learn(session, id, features);
            }
        }
    }

    /** A session stands again after a restart: what its client can is remembered, and nobody is told anew. */
    void restored(Session session) {
        Presence presence = session.presence();
        CapsId id = presence == null ? null : CapsId.of(presence.child("c", CapsId.NAMESPACE));
        if (id != null) {
            Set<String> features = id.hash() == null ? null : known.getIfPresent(new Hash(id.hash(), id.ver()));
            if (features == null) {
                ask(session, id);
            } else {
                session.keep(STATE, new State(id, features, null));
            }
        }
    }

    private void ask(Session session, CapsId id) {
        String question = QUESTION + questions.incrementAndGet();
        Set<String> before = of(session);
        session.keep(STATE, new State(id, before, question));
        asked.increment();
        Element query = Element.builder("query", CapsAnswer.INFO)
                .attribute("node", id.toAsk())
                .build();
        session.send(Iq.of(Iq.Type.GET, session.account(), session.jid(), question, query));
    }

    private void learn(Session session, CapsId id, Set<String> features) {
        Set<String> before = of(session);
        session.keep(STATE, new State(id, features, null));
        Set<String> added = new HashSet<>(features);
        added.removeAll(before);
        if (!added.isEmpty()) {
            learned.tell(new Learned(session, Set.copyOf(added)));
        }
    }

    /** A client has answered something that the server may have asked. */
    void answered(Iq answer) {
        String question = answer.id();
        Session session =
                question != null && question.startsWith(QUESTION) ? context.sessions().find(answer.sender()) : null;
        State state = session == null ? null : session.kept(STATE);
        if (session == null || state == null || !question.equals(state.question())) {
            return;
        }
        Element query = answer.payload();
        if (answer.type() != Iq.Type.RESULT || query == null || !query.is("query", CapsAnswer.INFO)) {
            session.keep(STATE, new State(state.id(), Set.of(), null));
            return;
        }
        CapsAnswer told = new CapsAnswer(query);
        Set<String> features = bounded(told.features());
        if (told.keeps(state.id()) && state.id().hash() != null) {
            remember(session, new CapsStore.Known(state.id().hash(), state.id().ver(), features));
        }
        learn(session, state.id(), features);
    }

    private static Set<String> bounded(Set<String> features) {
        return features.stream().mapToInt(String::length).sum() > MOST_CHARACTERS ? Set.of() : features;
    }

    private void remember(Session session, CapsStore.Known fresh) {
        known.put(new Hash(fresh.hash(), fresh.ver()), fresh.features());
        session.lane().blocking(() -> {
            try {
                context.database().append(db -> store.put(db, fresh, context.time().now(), config.maxHashes()));
            } catch (StorageException e) {
                log.debug("A hash of capabilities could not be stored and will be asked about again", e);
            }
        });
    }
}
