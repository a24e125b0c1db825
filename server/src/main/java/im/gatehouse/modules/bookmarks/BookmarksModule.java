package im.gatehouse.modules.bookmarks;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.pep.Pep;
import im.gatehouse.modules.privatestorage.PrivateStorage;
import im.gatehouse.modules.pubsub.Engine;

/** {@code mod_bookmarks}: old and new clients of a user see the same bookmarked rooms (XEP-0402, XEP-0411). */
public final class BookmarksModule implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_bookmarks", NoConfig::read)
                .onByDefault()
                .requires("mod_pep", "mod_private")
                .xep(48, "1.2")
                .xep(402, "1.2.0")
                .xep(411, "1.1.0")
                .accountFeatures(
                        "urn:xmpp:bookmarks:1#compat",
                        "urn:xmpp:bookmarks:1#compat-pep",
                        "urn:xmpp:bookmarks-conversion:0")
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        Engine nodes = context.service(Pep.class).engine();
        PrivateStorage storage = context.service(PrivateStorage.class);
        Bookmarks bookmarks = new Bookmarks(context.database(), nodes, storage);
        bookmarks.load();
        context.undoLater(storage.keep(
                Bookmark.OLD, "storage", new PrivateStorage.Keeper(bookmarks::get, bookmarks::set)));
        context.undoLater(nodes.storeAlong(bookmarks::stored));
        context.undoLater(context.accounts().onRemoval(context.module(), bookmarks::remove));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), bookmarks::removeDomain));
        context.undoLater(nodes.changed().add(context.module(), bookmarks::changed));
        context.undoLater(context.sessions().opened().add(context.module(), bookmarks::opened));
        return _ -> {};
    }
}
