package im.gatehouse.module;

import im.gatehouse.jid.Jid;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operation.
 *
 * @param arguments the arguments by name, coerced; those that were not given and have no default are absent
 * @param actor who calls
 * @param report takes lines about the progress of long work; they reach the caller where the way allows it
 */
public record AdminCall(Map<String, Object> arguments, Actor actor, java.util.function.Consumer<String> report) {
    /** Who calls an operation. */
    public sealed interface Actor {
        /** Who holds the server's token. */
        record GlobalAdministrator() implements Actor {}

        /** Who signed in as {@code admin@domain}. */
        record DomainAdministrator(String domain) implements Actor {}
    }

    /** An argument that is always there. */
    public <T> T required(String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(arguments.get(name), name));
    }

    /** An argument that may be absent, or null. */
    public <T> @Nullable T optional(String name, Class<T> type) {
        return type.cast(arguments.get(name));
    }

    public Jid jid(String name) {
        return required(name, Jid.class);
    }

    public String string(String name) {
        return required(name, String.class);
    }

    public @Nullable String optionalString(String name) {
        return optional(name, String.class);
    }

    /** A number that may be absent. */
    public int integer(String name, int fallback) {
        Integer value = optional(name, Integer.class);
        return value == null ? fallback : value;
    }
}
