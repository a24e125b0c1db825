package im.gatehouse.module;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A piece of the administrators' GraphQL schema with what does the work. The command line is made from the same schema:
 * {@code gatehouse CATEGORY COMMAND --argument value}.
 *
 * <p>The piece extends the roots, one field for its category:
 *
 * <pre>
 * extend type AdminQuery { blocklist: BlocklistAdminQuery }
 * extend type AdminMutation { blocklist: BlocklistAdminMutation }
 * type BlocklistAdminQuery { "Number of blocked users" userCount(domain: DomainName!): Int }
 * </pre>
 *
 * Scalars and what a call gets for them: {@code JID} a {@link im.gatehouse.jid.Jid}; {@code DomainName}, {@code
 * UserName}, {@code ResourceName} and {@code NonEmptyString} a String, prepared; {@code PosInt} and {@code NonNegInt}
 * an Integer; {@code Long} a Long; {@code DateTime} an {@link java.time.Instant}; {@code Duration} a
 * {@link java.time.Duration}. Results are records, maps, lists and the
 * same types.
 */
public final class AdminOperations {
    /** Who may call an operation. It is checked for each field that is resolved, so no query text gets round it. */
    public sealed interface Access {
        /** The server's administrator alone. */
        record Global() implements Access {}

        /**
         * Also an administrator of the domain that an argument names: a {@code DomainName}, or the domain of a {@code
         * JID}.
         */
        record DomainOf(String argument) implements Access {}

        /**
         * As {@link DomainOf}, where an argument names a domain in its own way.
         *
         * @param domain the domain that a value of the argument is about; empty when it is about more than one domain,
         *     or is not to be understood
         */
        record DomainWithin(String argument, Function<String, Optional<String>> domain) implements Access {}
    }

    /** Does the work. Runs on a virtual thread and may block. */
    @FunctionalInterface
    public interface Resolver {
        /**
         * @throws AdminException to answer with an error
         */
        @org.jspecify.annotations.Nullable Object resolve(AdminCall call);
    }

    /**
     * One field of the schema.
     *
     * @param access who may call it
     * @param resolver does the work
     */
    public record Operation(Access access, Resolver resolver) {}

    private final String schema;
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    private AdminOperations(String schema) {
        this.schema = schema;
    }

    /**
     * @param schema the piece in GraphQL's schema language, with a description for every field and argument
     */
    public static AdminOperations of(String schema) {
        return new AdminOperations(schema);
    }

    /** The piece that lies beside a class as a resource, for instance {@code blocklist.graphqls}. */
    public static AdminOperations ofResource(Class<?> beside, String name) {
        try (java.io.InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no " + name + " beside " + beside.getName());
            }
            return of(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** An operation for the server's administrator alone. */
    public AdminOperations global(String type, String field, Resolver resolver) {
        return add(type, field, new Operation(new Access.Global(), resolver));
    }

    /** An operation that an administrator of the domain in the argument may call as well. */
    public AdminOperations forDomainOf(String argument, String type, String field, Resolver resolver) {
        return add(type, field, new Operation(new Access.DomainOf(argument), resolver));
    }

    /** As {@link #forDomainOf}, where the argument, a text, names the domain in its own way. */
    public AdminOperations forDomainWithin(
            String argument,
            Function<String, Optional<String>> domain,
            String type,
            String field,
            Resolver resolver) {
        return add(type, field, new Operation(new Access.DomainWithin(argument, domain), resolver));
    }

    private AdminOperations add(String type, String field, Operation operation) {
        operations.put(type + "." + field, operation);
        return this;
    }

    public String schema() {
        return schema;
    }

    /** The operations by {@code Type.field}. */
    public Map<String, Operation> operations() {
        return operations;
    }
}
