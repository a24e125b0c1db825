package im.gatehouse.modules.bookmarks;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.privatestorage.PrivateStorage;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Item;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a user's bookmarks as items of the node {@code urn:xmpp:bookmarks:1} (XEP-0402) and shows them to older clients
 * as they want them: in private storage (XEP-0049), made of the items whenever it is asked for, and as the one item of
 * the node {@code storage:bookmarks} (XEP-0048), which follows each change. What older clients store changes the items
 * that are different, and only those (XEP-0402 section 5, XEP-0411).
 *
 * <p>Nothing is copied to or from a node that others may read. All of it may block.
 */
final class Bookmarks {
    private static final Logger log = LoggerFactory.getLogger(Bookmarks.class);

    private static final String STORAGE = "storage";
    private static final String CURRENT = "current";

    /** Bookmarks with more characters together are not converted: each change of one reads all. */
    private static final int MOST_CHARACTERS = 2 << 20;

    private final BookmarkStore store = new BookmarkStore();
    private final Database database;
    private final Engine nodes;
    private final PrivateStorage storage;

    /** Which nodes have changed, where the other kind may not have followed: the server was killed, or could not. */
    private final Map<Jid, Set<String>> unfollowed = new ConcurrentHashMap<>();

    Bookmarks(Database database, Engine nodes, PrivateStorage storage) {
        this.database = database;
        this.nodes = nodes;
        this.storage = storage;
    }

    // --- private storage ---

    /** What a client gets that asks private storage: the bookmarks, and what else was stored beside them. */
    Element get(Jid account) {
        Element kept = storage.find(account, Bookmark.OLD, STORAGE).orElse(Element.of(STORAGE, Bookmark.OLD));
        if (!mayShow(account)) {
            return kept;
        }
        Element.Builder all = kept.without(child -> Bookmark.of(child) != null).toBuilder();
        old(account).forEach(all::child);
        return all.build();
    }

    /** A client has stored its list of bookmarks in private storage. */
    void set(Jid account, Element element) {
        boolean shared = mayShow(account);
        if (shared) {
            write(db -> store.note(db, account, Bookmark.NEW));
            apply(account, element, true);
        }
        storage.put(
                account, List.of(shared ? element.without(child -> Bookmark.of(child) != null) : element));
        if (shared) {
            followed(account, Bookmark.NEW);
        }
    }

    private void write(Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }

    private void followed(Jid account, String node) {
        write(db -> store.followed(db, account, node));
    }

    /** Reads which changes were not followed because the server was killed. Call it once, at the beginning. */
    void load() {
        unfollowed.putAll(database.read(store::unfollowed));
    }

    /**
     * Has changes followed that were not, and takes over what was in private storage before there was anything else:
     * before the user's clients look at the items. The client knows by then that its session stands: a slow database
     * holds up no sign-in.
     */
    void opened(Session session) {
        session.lane().add(() -> session.lane().blocking(() -> takeOver(session)));
    }

    private void takeOver(Session session) {
        Set<String> changed = unfollowed.remove(session.account());
        if (changed != null) { // what an older client said is newer than what newer ones see
            Stream.of(Bookmark.OLD, Bookmark.NEW)
                    .filter(changed::contains)
                    .forEach(node -> convert(session.account(), node));
        }
        try {
            takeOver(session.account());
        } catch (StanzaException | StorageException e) {
            log.warn("Bookmarks in private storage could not be taken over: {}", e.getMessage());
        }
    }

    private void takeOver(Jid account) {
        Element kept = storage.find(account, Bookmark.OLD, STORAGE).orElse(null);
        boolean holdsRooms =
                kept != null && kept.children().stream().anyMatch(child -> Bookmark.of(child) != null);
        if (holdsRooms && mayShow(account)) {
            apply(account, kept, false);
            storage.put(account, List.of(kept.without(child -> Bookmark.of(child) != null)));
        }
    }

    // --- items and the node of the old kind ---

    /** A client changes items of one of the nodes: that is noted with it until the other has followed. */
    void stored(DSLContext db, Engine.Change change) {
        if (isFollowed(change)) {
            store.note(db, change.node().service(), change.node().name());
        }
    }

    /** What is taken back of the old kind changes nothing: the next list says what is left. */
    private static boolean isFollowed(Engine.Change change) {
        String node = change.node().name();
        return node.equals(Bookmark.NEW) || node.equals(Bookmark.OLD) && change.item() != null;
    }

    /** A client has changed items of one of the nodes. What the server itself does there is done with that. */
    void changed(Engine.Change change) {
        if (isFollowed(change)) {
            convert(change.node().service(), change.node().name());
        }
    }

    /** Makes one kind of bookmarks as the other is, of which it is known that it is newer. */
    private void convert(Jid account, String newer) {
        try {
            if (newer.equals(Bookmark.NEW)) {
                follow(account);
            } else {
                Node node = nodes.find(account, Bookmark.OLD);
                Item last = nodes.last(account, Bookmark.OLD);
                if (node != null && node.isOwnersAlone() && last != null) {
                    apply(account, last.payload(), true);
                }
            }
            followed(account, newer);
        } catch (StanzaException e) {
            log.debug("Bookmarks are not converted: {}", e.getMessage()); // what a client stores fills no log
        } catch (StorageException e) {
            unfollowed.merge(account, Set.of(newer), Bookmarks::both);
            log.warn("Bookmarks could not be converted: {}", e.getMessage());
        }
    }

    /** Publishes the list of the old kind, if it is not as the items are. */
    private void follow(Jid account) {
        Node node = nodes.find(account, Bookmark.OLD);
        if (!mayShow(account) || node != null && !node.isOwnersAlone()) {
            return;
        }
        Element.Builder all = Element.builder(STORAGE, Bookmark.OLD);
        Item last = nodes.last(account, Bookmark.OLD);
        Element before = last == null ? null : last.payload();
        if (before != null) {
            before.children().stream().filter(child -> Bookmark.of(child) == null).forEach(all::child);
        }
        old(account).forEach(all::child);
        Element after = all.build();
        if (!after.equals(before)) {
            nodes.publish(account, Bookmark.OLD, account, CURRENT, after, null);
        }
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    void remove(DSLContext db, Jid account) {
        store.remove(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }

    private boolean mayShow(Jid account) {
        Node node = nodes.find(account, Bookmark.NEW);
        return node == null || node.isOwnersAlone();
    }

    /** An item of the new kind, and what it says where that is a bookmark. */
    private record Present(String id, @Nullable Bookmark bookmark) {}

    /**
     * @throws StanzaException {@code resource-constraint} when there is so much that it is not converted
     */
    private List<Present> present(Jid account) {
        return nodes.items(
                account, Bookmark.NEW, MOST_CHARACTERS, item -> new Present(item.id(), Bookmark.of(item)));
    }

    private List<Element> old(Jid account) {
        return present(account).stream()
                .map(Present::bookmark)
                .filter(Objects::nonNull)
                .map(Bookmark::toOld)
                .toList();
    }

    /**
     * Makes the items as a list of the old kind says.
     *
     * @param whole whether what is not in the list goes
     */
    private void apply(Jid account, @Nullable Element list, boolean whole) {
        if (list == null || !mayShow(account)) {
            return;
        }
        Map<String, Bookmark> wanted = new LinkedHashMap<>();
        for (Element child : list.children()) {
            Bookmark bookmark = Bookmark.of(child);
            if (bookmark != null) {
                wanted.put(bookmark.room().toString(), bookmark);
            }
        }
        for (Present present : present(account)) {
            Bookmark bookmark = wanted.remove(present.id());
            if (bookmark == null && whole && present.bookmark() != null) {
                nodes.retract(account, Bookmark.NEW, account, present.id());
            } else if (bookmark != null && whole && !bookmark.equals(present.bookmark())) {
                Item before = nodes.item(account, Bookmark.NEW, present.id());
                publish(account, bookmark, before == null ? null : before.payload());
            }
        }
        wanted.values().forEach(bookmark -> publish(account, bookmark, null));
        follow(account);
    }

    private void publish(Jid account, Bookmark bookmark, @Nullable Element before) {
        nodes.publish(
                account, Bookmark.NEW, account, bookmark.room().toString(), bookmark.toNew(before), null);
    }
}
