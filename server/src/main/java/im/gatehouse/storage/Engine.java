package im.gatehouse.storage;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** How one kind of database is driven; the promises are those of {@link Database}. */
sealed interface Engine permits SqliteEngine, ServerEngine {
    <T extends @Nullable Object> T read(Function<DSLContext, T> work);

    <T extends @Nullable Object> T write(Function<DSLContext, T> work);

    CompletableFuture<@Nullable Void> append(Consumer<DSLContext> work);

    void close();
}
