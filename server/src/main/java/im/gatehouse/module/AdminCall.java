package im.gatehouse.module;

import im.gatehouse.jid.Jid;
import java.net.InetAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of an operation.
 *
 * @param arguments the arguments by name, coerced; those that were not given and have no default are absent
 * @param actor who calls
 * @param address from where, null when the call comes from within the server
 * @param report takes lines about the progress of long work; they reach the caller where the way allows it
 * @param aside takes what is told beside the answer, by name: {@code extensions} in GraphQL
 */
public record AdminCall(
        Map<String, Object> arguments,
        Actor actor,
        @Nullable InetAddress address,
        Consumer<String> report,
        BiConsumer<String, Object> aside) {
    /** Who calls an operation. */
    public sealed interface Actor {
        /** Who holds the server's token. */
        record GlobalAdministrator() implements Actor {
            @Override
            public String name() {
                return "admin";
            }

            @Override
            public Optional<Jid> account() {
                return Optional.empty();
            }
        }

        /** Who signed in as {@code admin@domain}. */
        record DomainAdministrator(String domain) implements Actor {
            @Override
            public String name() {
                return "admin@" + domain;
            }

            @Override
            public Optional<Jid> account() {
                return Optional.of(Jid.of("admin", domain));
            }
        }

        /** For records of who did what. */
        String name();

        /** The bare address that the caller acts as, if any. */
        Optional<Jid> account();
    }

    /** A call from within the server, beside whose answer nothing is told. */
    public AdminCall(Map<String, Object> arguments, Actor actor, Consumer<String> report) {
        this(arguments, actor, null, report, (_, _) -> {});
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

    /** A flag that may be absent, which means no. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(optional(name, Boolean.class));
    }
}
