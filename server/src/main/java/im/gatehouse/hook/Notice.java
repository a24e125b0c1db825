package im.gatehouse.hook;

/**
 * Hears that something happened. An exception is logged and skipped: the others still hear of it.
 *
 * @param <E> what happened
 */
@FunctionalInterface
public interface Notice<E> {
    void happened(E event);
}
