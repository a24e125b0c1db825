package im.gatehouse.module;

import java.util.Map;
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
        Object service = provided.get(type);
        if (service == null) {
            throw new IllegalStateException("No module provides " + type.getName());
        }
        return type.cast(service);
    }
}
