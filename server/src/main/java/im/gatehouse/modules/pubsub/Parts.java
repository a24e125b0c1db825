package im.gatehouse.modules.pubsub;

import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.pubsub.setting.ItemExpire;
import im.gatehouse.modules.pubsub.setting.NumberSetting;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** What the parts of an engine share. */
final class Parts {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 12;

    final ModuleContext context;
    final Profile profile;
    final PubsubFigures figures;
    final PubsubStore store = new PubsubStore();
    final Turns turns = new Turns();
    final NoticePoint<Engine.Change> changed = new NoticePoint<>("a change of a node's items");
    final List<BiConsumer<DSLContext, Engine.Change>> companions = new CopyOnWriteArrayList<>();
    final Nodes nodes;
    final Access access;
    final Notifier notifier;
    final Online online;

    Parts(ModuleContext context, Profile profile, PubsubFigures figures) {
        this.context = context;
        this.profile = profile;
        this.figures = figures;
        this.nodes = new Nodes(context.database(), store);
        this.access = new Access(context, profile);
        this.notifier = new Notifier(this);
        this.online = new Online(this);
    }

    Database database() {
        return context.database();
    }

    /** Now, to the millisecond, as it is stored. */
    Instant now() {
        return Instant.ofEpochMilli(context.time().now().toEpochMilli());
    }

    /** Since when an item must have been published not to have expired. */
    Instant since(Node node) {
        int seconds = node.config().get(ItemExpire.SETTING);
        return seconds == NumberSetting.MAX
                ? Instant.EPOCH
                : now().minus(Duration.ofSeconds(seconds));
    }

    static String randomId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A number for a new node, which nothing else tells anything by. */
    static long randomNumber() {
        return RANDOM.nextLong(1, Long.MAX_VALUE);
    }

    /**
     * The node that a request is about.
     *
     * @throws StanzaException when there is none
     */
    Node existing(Asked asked) {
        return existing(asked.service(), asked.node(), asked.asker());
    }

    /**
     * The node that a request is about, which only an owner may make.
     *
     * @throws StanzaException {@code forbidden} for everybody else
     */
    Node owned(Asked asked) {
        Node node = existing(asked);
        access.checkOwns(node, asked.asker());
        return node;
    }

    Node existing(Jid service, String name, Jid asker) {
        Node node = nodes.find(service, name);
        if (node == null) {
            throw noSuchNode(service, name, asker);
        }
        return node;
    }

    /** The error for a node that is not there, which tells where it went when that is known (section 6.1.3.11). */
    private StanzaException noSuchNode(Jid service, String name, Jid asker) {
        StanzaException refusal = profile.noSuchNode(service, asker);
        String uri = refusal.error().condition() == Condition.ITEM_NOT_FOUND
                ? database().read(db -> store.redirect(db, service, name))
                : null;
        return uri == null ? refusal : new StanzaException(Condition.GONE.error().uri(uri));
    }

    /** What is done at a node in its turn. */
    final class Work {
        private final Turns.Turn turn;
        private final List<CompletableFuture<?>> due;
        private final long generation = nodes.generation();

        private Work(Turns.Turn turn, List<CompletableFuture<?>> due) {
            this.turn = turn;
            this.due = due;
        }

        /** Lets modules take part in the unit of work that stores a client's change. */
        void storeAlong(DSLContext db, Engine.Change change) {
            if (change.by().isFull()) {
                companions.forEach(companion -> companion.accept(db, change));
            }
        }

        /**
         * Has modules told in turn, before whoever asked for the work is answered. What modules do themselves they need
         * not be told, which also keeps two of them from answering each other.
         */
        void tellModules(Engine.Change change) {
            if (!change.by().isFull()) {
                return;
            }
            CompletableFuture<Void> told = new CompletableFuture<>();
            due.add(told);
            turn.tell(_ -> {
                try {
                    changed.tell(change);
                } finally {
                    told.complete(null);
                }
            });
        }

        Turns.Turn turn() {
            return turn;
        }

        /** Stores a change of a node in one transaction; when this has returned it is on disk. */
        void store(Node changed, Consumer<DSLContext> work) {
            database().write(db -> {
                work.accept(db);
                return true;
            });
            nodes.put(changed, generation);
            online.follow(changed);
            if (nodes.generation() != generation && isGone(changed)) { // with its account, in the meantime
                online.gone(changed);
            }
        }

        private boolean isGone(Node node) {
            try {
                return database().read(db -> store.find(db, node.service(), node.name())) == null;
            } catch (StorageException e) {
                return false; // what is kept in mind of it does no harm
            }
        }

        /**
         * @param by who deletes it
         * @param redirect where its readers may turn to, or null
         */
        void delete(Node node, Jid by, @Nullable String redirect) {
            database().write(db -> {
                store.delete(db, node.id());
                storeAlong(db, new Engine.Change(node, null, null, by));
                boolean fits = store.countRedirects(db, node.service(), node.creator())
                        < profile.limits().maxNodes();
                if (redirect != null && fits) {
                    store.redirect(db, node, redirect);
                }
                return true;
            });
            nodes.remove(node);
            online.gone(node);
        }
    }

    /**
     * Whether somebody is there still, asked within a unit of work: an account may have gone while its request waited,
     * and what is stored for it then would be another's of that name. Of those who have no account here nothing is
     * known.
     */
    boolean hold(DSLContext db, Jid somebody) {
        Jid account = somebody.bare();
        return !account.hasLocal()
                || !context.accounts().serves(account.domain())
                || context.accounts().hold(db, account);
    }

    /**
     * Stores a subscription.
     *
     * @throws StanzaException {@code service-unavailable} when its account is no more
     */
    void subscribe(DSLContext db, Node node, Subscription subscription) {
        if (!hold(db, subscription.jid())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
        store.subscription(db, node.id(), subscription);
    }

    /** Does something at a node that may exist, in its turn. */
    <T extends @Nullable Object> T inTurn(Jid service, String name, Function<Work, T> work) {
        List<CompletableFuture<?>> due = new ArrayList<>(1);
        T result = turns.take(profile.turn(service, name), turn -> work.apply(new Work(turn, due)));
        due.forEach(CompletableFuture::join);
        return result;
    }
}
