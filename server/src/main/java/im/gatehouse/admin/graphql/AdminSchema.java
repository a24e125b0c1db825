package im.gatehouse.admin.graphql;

import graphql.introspection.IntrospectionWithDirectivesSupport;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetcherFactories;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.TypeResolver;
import graphql.schema.idl.InterfaceWiringEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.UnionWiringEnvironment;
import graphql.schema.idl.WiringFactory;
import im.gatehouse.admin.graphql.GraphQlEngine.Caller;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.AdminOperations.Operation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One schema out of the pieces that the parts of the server bring.
 *
 * @param schema ready to be executed
 * @param operations by {@code Type.field}
 */
record AdminSchema(GraphQLSchema schema, Map<String, Operation> operations) {
    /** The roots, what every piece may use, and the two hints for the command line. */
    private static final String BASE = """
            schema { query: AdminQuery mutation: AdminMutation }

            "What an administrator may ask"
            type AdminQuery {
              "Who the server takes the caller for"
              checkAuth: AdminAuthInfo
            }

            "What an administrator may change"
            type AdminMutation

            "Who the server takes the caller for"
            type AdminAuthInfo {
              "Whether the caller may do anything at all"
              authorized: Boolean!
              "What the caller may do"
              authStatus: AdminAuthStatus!
              "The domain of a domain administrator"
              domain: DomainName
            }

            "What a caller may do"
            enum AdminAuthStatus {
              "Everything"
              ADMIN
              "What concerns their own domain"
              DOMAIN_ADMIN
            }

            "On the command line, a relative path is taken from the current folder"
            directive @path on ARGUMENT_DEFINITION

            "On the command line, the answer is printed as it is, and not as JSON, when this argument is given"
            directive @rawText on ARGUMENT_DEFINITION
            """;

    private record AuthInfo(boolean authorized, String authStatus, @org.jspecify.annotations.Nullable String domain) {
        static AuthInfo of(Actor actor) {
            return switch (actor) {
                case Actor.GlobalAdministrator _ -> new AuthInfo(true, "ADMIN", null);
                case Actor.DomainAdministrator(String domain) -> new AuthInfo(true, "DOMAIN_ADMIN", domain);
            };
        }
    }

    /**
     * Puts the pieces together.
     *
     * @param fetcher what executes an operation
     * @throws RuntimeException when the pieces do not fit; the message says which field
     */
    static AdminSchema of(List<AdminOperations> pieces, Function<Operation, DataFetcher<?>> fetcher) {
        TypeDefinitionRegistry types = new SchemaParser().parse(scalarDeclarations() + BASE);
        Map<String, Operation> operations = new LinkedHashMap<>();
        for (AdminOperations piece : pieces) {
            types.merge(new SchemaParser().parse(piece.schema()));
            piece.operations().forEach((name, operation) -> {
                if (operations.put(name, operation) != null) {
                    throw new IllegalStateException("Two parts of the server offer " + name);
                }
            });
        }
        RuntimeWiring.Builder wiring = RuntimeWiring.newRuntimeWiring().wiringFactory(new ByRecordName());
        Scalars.ALL.forEach(wiring::scalar);
        wiring.codeRegistry(code(operations, fetcher));
        GraphQLSchema schema = new SchemaGenerator().makeExecutableSchema(types, wiring.build());
        check(schema, operations);
        return new AdminSchema(new IntrospectionWithDirectivesSupport().apply(schema), operations);
    }

    private static String scalarDeclarations() {
        StringBuilder text = new StringBuilder();
        Scalars.ALL.forEach(scalar -> text.append('"')
                .append(scalar.getDescription())
                .append("\"\nscalar ")
                .append(scalar.getName())
                .append('\n'));
        return text.toString();
    }

    private static GraphQLCodeRegistry code(
            Map<String, Operation> operations, Function<Operation, DataFetcher<?>> fetcher) {
        GraphQLCodeRegistry.Builder code = GraphQLCodeRegistry.newCodeRegistry()
                .defaultDataFetcher(DataFetcherFactories.useDataFetcher(new ResultFields()));
        code.dataFetcher(FieldCoordinates.coordinates("AdminQuery", "checkAuth"), (DataFetcher<?>) environment ->
                AuthInfo.of(environment.getGraphQlContext().<Caller>get(Caller.class).actor()));
        operations.forEach((name, operation) -> {
            int dot = name.indexOf('.');
            FieldCoordinates at = FieldCoordinates.coordinates(name.substring(0, dot), name.substring(dot + 1));
            code.dataFetcher(at, fetcher.apply(operation));
        });
        return code.build();
    }

    /** Every operation has its field, and every field of a category its operation. */
    private static void check(GraphQLSchema schema, Map<String, Operation> operations) {
        Set<String> left = new HashSet<>(operations.keySet());
        Set<String> commands = new HashSet<>();
        for (GraphQLObjectType root : List.of(schema.getQueryType(), schema.getMutationType())) {
            for (GraphQLFieldDefinition category : root.getFieldDefinitions()) {
                GraphQLObjectType type = (GraphQLObjectType) GraphQLTypeUtil.unwrapAll(category.getType());
                if (category.getName().equals("checkAuth")) {
                    continue;
                }
                for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
                    String name = type.getName() + "." + field.getName();
                    if (!commands.add(category.getName() + " " + field.getName())) {
                        throw new IllegalStateException(name + " would be two commands of one name");
                    }
                    if (!left.remove(name)) {
                        throw new IllegalStateException("Nothing does the work of " + name);
                    }
                }
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("The schema has no field for " + left);
        }
    }

    /** The member of a union has the name of the record that the resolver answers. */
    private static final class ByRecordName implements WiringFactory {
        private static final TypeResolver RESOLVER = environment -> environment
                .getSchema()
                .getObjectType(environment.getObject().getClass().getSimpleName());

        @Override
        public boolean providesTypeResolver(UnionWiringEnvironment environment) {
            return true;
        }

        @Override
        public TypeResolver getTypeResolver(UnionWiringEnvironment environment) {
            return RESOLVER;
        }

        @Override
        public boolean providesTypeResolver(InterfaceWiringEnvironment environment) {
            return true;
        }

        @Override
        public TypeResolver getTypeResolver(InterfaceWiringEnvironment environment) {
            return RESOLVER;
        }
    }
}
