package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.MovableTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Standing NONE = new Standing(ALICE, List.of());
    private static final Standing BLOCKED = new Standing(ALICE, List.of());

    private final Deque<Supplier<Standing>> answers = new ArrayDeque<>();
    private final BlockCache cache = new BlockCache(_ -> answers.remove().get(), new MovableTime());

    private void answers(List<Supplier<Standing>> next) {
        answers.addAll(next);
    }

    @Test
    void absenceIsRememberedToo() {
        answers(List.of(() -> NONE));
        assertEquals(NONE, cache.get(ALICE));
        assertEquals(NONE, cache.get(ALICE));
    }

    @Test
    void whatAQueryFoundBeforeAChangeIsNotRemembered() {
        answers(List.of(
                () -> {
                    cache.forget(ALICE);
                    return NONE;
                },
                () -> BLOCKED));
        assertEquals(NONE, cache.get(ALICE));
        assertEquals(BLOCKED, cache.get(ALICE));
    }

    @Test
    void whatIsForgottenIsAskedForAgain() {
        answers(List.of(() -> BLOCKED, () -> NONE, () -> BLOCKED));
        assertEquals(BLOCKED, cache.get(ALICE));
        cache.forget(ALICE);
        assertEquals(NONE, cache.get(ALICE));
        cache.forgetAll();
        assertEquals(BLOCKED, cache.get(ALICE));
    }

    @Test
    void aFailureIsNotRemembered() {
        answers(List.of(
                () -> {
                    throw new StorageException("away");
                },
                () -> BLOCKED));
        assertThrows(StorageException.class, () -> cache.get(ALICE));
        assertEquals(BLOCKED, cache.get(ALICE));
    }
}
