package im.gatehouse.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandledCountTest {
    private final List<Long> answers = new ArrayList<>();
    private final HandledCount count = new HandledCount(0, answers::add);

    @Test
    void aRequestIsAnsweredAtOnceWhenNothingIsOwed() {
        count.handled(List.of());
        count.handled(List.of());
        count.asked();
        assertEquals(List.of(2L), answers);
    }

    @Test
    void aRequestWaitsForWhatCameBeforeItToBeStored() {
        CompletableFuture<Void> commit = new CompletableFuture<>();
        count.handled(List.of());
        count.handled(List.of(commit));
        count.handled(List.of());
        count.asked();
        assertEquals(1, count.inGoodHands());
        assertEquals(List.of(), answers);
        assertFalse(count.awaitSettled(Duration.ZERO));
        commit.complete(null);
        assertEquals(List.of(3L), answers);
        assertTrue(count.awaitSettled(Duration.ZERO));
    }

    @Test
    void theCountRisesInOrderWhateverIsStoredFirst() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        count.handled(List.of(first));
        count.asked();
        count.handled(List.of(second));
        count.asked();
        second.complete(null);
        assertEquals(0, count.inGoodHands());
        first.complete(null);
        assertEquals(List.of(2L, 2L), answers);
        assertEquals(2, count.inGoodHands());
    }

    @Test
    void aStanzaThatCouldNotBeStoredWasRefusedAndCounts() {
        CompletableFuture<Void> commit = new CompletableFuture<>();
        count.handled(List.of(commit));
        count.asked();
        commit.completeExceptionally(new IllegalStateException());
        assertEquals(List.of(1L), answers);
    }
}
