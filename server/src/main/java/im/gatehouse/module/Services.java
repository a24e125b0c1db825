package im.gatehouse.module;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What modules offer each other, by type. */
public final class Services {
    private final Map<Class<?>, Object> provided = new ConcurrentHashMap<>();

    <T> Runnable provide(Class<T> type, T service) {
        if (provided.putIfAbsent(type, service) != null) {
            throw new IllegalStateException("Two modules provide " + type.getName());
        }
        return () -> provided.remove(type, service);
    }

    /**
     * @throws IllegalStateException when nobody provides it
     */
    public <T> T find(Class<T> type) {
        return optional(type)
                .orElseThrow(() -> new IllegalStateException("No module provides " + type.getName()));
    }

    /** The service of that type, empty while nobody provides it. */
    public <T> Optional<T> optional(Class<T> type) {
        return Optional.ofNullable(type.cast(provided.get(type)));
    }
}
