package im.gatehouse.modules.pubsub;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.PurgeOffline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");

    /** Parts that have a server around them. */
    private static final class Within implements ServerModule<NoConfig> {
        private Parts parts;

        @Override
        public ModuleSpec<NoConfig> spec() {
            return ModuleSpec.of("mod_parts", NoConfig::read).onByDefault().build();
        }

        @Override
        public Running<NoConfig> start(NoConfig config, ModuleContext context) {
            PubsubFigures figures = new PubsubFigures(
                    context.metrics().scope(),
                    PubsubFigures.publications("mod_parts"),
                    PubsubFigures.notifications("mod_parts"),
                    Set.of(),
                    UnaryOperator.identity());
            PubsubConfig service =
                    new PubsubConfig("pubsub.@HOST@", "", PubsubConfig.Creators.LOCAL, new Limits(1, 1, 1, 1, 1));
            parts = new Parts(context, new ServiceProfile(context, () -> service), figures);
            return _ -> {};
        }
    }

    @TempDir
    private Path folder;

    /** Its items are to go when their publisher does: that is kept in mind as long as there is the node. */
    @Test
    void nothingIsKeptInMindOfANodeWhoseAccountWasRemovedWhileItWasStored() {
        Within within = new Within();
        try (TestHouse house = new TestHouse(folder, "", within).withAccounts("alice@localhost")) {
            Parts parts = Objects.requireNonNull(within.parts);
            Node stays = node(1, "urn:mood");
            parts.inTurn(ALICE, stays.name(), work -> {
                work.store(stays, db -> {
                    parts.store.insert(db, stays);
                    parts.nodes.forget(); // another account is removed
                });
                return true;
            });
            Node goes = node(2, "urn:place");
            parts.inTurn(ALICE, goes.name(), work -> {
                work.store(goes, db -> {
                    parts.store.insert(db, goes);
                    parts.store.removeAccount(db, ALICE);
                    parts.store.insert(db, stays);
                    parts.nodes.forget();
                });
                return true;
            });
            assertFalse(parts.online.purging.add(stays.key()));
            assertTrue(parts.online.purging.add(goes.key()));
        }
    }

    private static Node node(long id, String name) {
        NodeConfig config = NodeConfig.INITIAL.with(PurgeOffline.SETTING, true);
        return new Node(id, ALICE, name, ALICE, Instant.EPOCH, config, Map.of(), Map.of());
    }
}
