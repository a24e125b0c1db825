package im.gatehouse.hook;

/**
 * Decides whether something may happen. An exception refuses.
 *
 * @param <E> what is asked about
 * @param <R> how a refusal is told
 */
@FunctionalInterface
public interface Guard<E, R> {
    Verdict<R> check(E event);
}
