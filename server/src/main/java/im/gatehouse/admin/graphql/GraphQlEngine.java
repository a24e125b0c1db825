package im.gatehouse.admin.graphql;

import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.parser.ParserOptions;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.validation.QueryComplexityLimits;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations.Operation;
import im.gatehouse.module.Administration;
import im.gatehouse.storage.StorageException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes GraphQL on the operations that the parts of the server offer. The schema follows when modules come and go.
 *
 * <p>Everything happens on the calling thread, a virtual one, one field after another in the order of the request.
 * Safe from any number of threads.
 */
public final class GraphQlEngine {
    private static final Logger log = LoggerFactory.getLogger(GraphQlEngine.class);
    private static final String REPORT = "report";
    private static final String ASIDE = "aside";

    private static final ParserOptions PARSER = ParserOptions.getDefaultOperationParserOptions()
            .transform(options -> options.maxCharacters(200_000).maxTokens(20_000));
    private static final QueryComplexityLimits LIMITS =
            QueryComplexityLimits.newLimits().maxDepth(20).maxFieldsCount(2_000).build();

    /**
     * What to execute.
     *
     * @param operationName which operation of several, null for the only one
     * @param variables by name; a value may be null
     */
    public record Request(String query, @Nullable String operationName, Map<String, Object> variables) {}

    /**
     * Who asks.
     *
     * @param address from where
     */
    public record Caller(Actor actor, InetAddress address) {}

    /**
     * What came of it.
     *
     * @param status for HTTP: 200; 400 when nothing was executed; 401 when something was not permitted
     * @param body {@code errors}, {@code data}, and {@code extensions} when something is told beside the answer: there
     *     it stands under the same names as the answer itself
     */
    public record Answer(int status, Map<String, Object> body) {
        static Answer of(int status, Failure failure) {
            return new Answer(status, Map.of("errors", List.of(failure.toMap())));
        }
    }

    private record Built(long version, GraphQL graphql) {}

    private final Administration administration;
    private final Permissions permissions;
    private final ReentrantLock building = new ReentrantLock();
    private volatile @Nullable Built built;

    /**
     * @param hostOf the host to which a domain belongs: itself, or for the domain of a component the host that has it
     */
    public GraphQlEngine(Administration administration, UnaryOperator<String> hostOf) {
        this.administration = administration;
        this.permissions = new Permissions(hostOf);
    }

    /**
     * Puts the schema together now and not at the first request.
     *
     * @throws RuntimeException when the pieces that were offered do not fit together; the message names the field
     */
    public void prepare() {
        current();
    }

    /**
     * Executes a request.
     *
     * @param report takes lines about the progress of long work
     */
    public Answer execute(Request request, Caller caller, Consumer<String> report) {
        Map<String, Object> aside = new LinkedHashMap<>();
        try {
            ExecutionInput input = ExecutionInput.newExecutionInput(request.query())
                    .operationName(request.operationName())
                    .variables(request.variables())
                    .root(ResultFields.Root.ROOT)
                    .locale(Locale.ENGLISH)
                    .graphQLContext(Map.of(
                            Caller.class, caller,
                            REPORT, report,
                            ASIDE, aside,
                            ParserOptions.class, PARSER,
                            QueryComplexityLimits.KEY, LIMITS))
                    .build();
            return answer(current().execute(input), aside);
        } catch (RuntimeException e) {
            log.error("A GraphQL request failed", e);
            return Answer.of(500, Failure.of(Failure.INTERNAL, "GraphQL Internal Server Error"));
        }
    }

    private static Answer answer(ExecutionResult result, Map<String, Object> aside) {
        Map<String, Object> body = new LinkedHashMap<>();
        List<Failure> failures = result.getErrors().stream().map(Failures::of).toList();
        if (!failures.isEmpty()) {
            body.put("errors", failures.stream().map(Failure::toMap).toList());
        }
        if (result.isDataPresent()) {
            body.put("data", result.getData());
        }
        if (!aside.isEmpty()) {
            body.put("extensions", aside);
        }
        boolean refused = failures.stream().anyMatch(failure -> failure.code().equals(Failure.NO_PERMISSIONS));
        return new Answer(refused ? 401 : result.isDataPresent() ? 200 : 400, body);
    }

    private GraphQL current() {
        Built present = built;
        if (present != null && present.version == administration.version()) {
            return present.graphql;
        }
        building.lock();
        try {
            long version = administration.version();
            Built now = built;
            if (now == null || now.version != version) {
                now = new Built(version, build());
                built = now;
            }
            return now.graphql;
        } finally {
            building.unlock();
        }
    }

    private GraphQL build() {
        AdminSchema schema = AdminSchema.of(administration.all(), this::fetcher);
        return GraphQL.newGraphQL(schema.schema())
                .instrumentation(new PermissionsFirst(permissions, schema.operations()))
                .defaultDataFetcherExceptionHandler(GraphQlEngine::failed)
                .build();
    }

    /** Checks the permission and does the work; whatever the text of the request, no operation is reached otherwise. */
    private DataFetcher<?> fetcher(Operation operation) {
        return environment -> {
            Caller caller = environment.getGraphQlContext().get(Caller.class);
            Map<String, Object> arguments = given(environment.getArguments());
            String name = environment.getOperationDefinition().getName();
            permissions.refusal(caller.actor(), operation.access(), name, arguments).ifPresent(reason -> {
                throw new AdminException(Failure.NO_PERMISSIONS, reason);
            });
            return operation
                    .resolver()
                    .resolve(new AdminCall(
                            arguments,
                            caller.actor(),
                            caller.address(),
                            report(environment),
                            (what, value) -> tellAside(environment, what, value)));
        };
    }

    @SuppressWarnings("unchecked") // what is put in by a segment is a map
    private static void tellAside(DataFetchingEnvironment environment, String what, Object value) {
        Map<String, Object> at = environment.getGraphQlContext().get(ASIDE);
        for (String segment : environment.getExecutionStepInfo().getPath().getKeysOnly()) {
            at = (Map<String, Object>) at.computeIfAbsent(segment, _ -> new LinkedHashMap<String, Object>());
        }
        at.put(what, value);
    }

    private static Consumer<String> report(DataFetchingEnvironment environment) {
        return environment.getGraphQlContext().get(REPORT);
    }

    /** An argument that is null counts as not given. */
    static Map<String, Object> given(Map<String, Object> arguments) {
        Map<String, Object> given = new LinkedHashMap<>(arguments);
        given.values().removeIf(value -> value == null);
        return given;
    }

    private static CompletableFuture<DataFetcherExceptionHandlerResult> failed(
            DataFetcherExceptionHandlerParameters failed) {
        Failure failure;
        if (failed.getException() instanceof AdminException refusal) {
            failure = new Failure(refusal.code(), String.valueOf(refusal.getMessage()), null, refusal.details());
        } else if (failed.getException() instanceof StorageException away) {
            log.warn("The operation {} failed: {}", failed.getPath(), away.getMessage());
            failure = Failure.of(
                    "storage_failure", "The database cannot do it at present; the server's log tells more");
        } else {
            log.error("The operation {} failed", failed.getPath(), failed.getException());
            failure = Failure.of(Failure.INTERNAL, "Internal server error; the server's log tells more");
        }
        return CompletableFuture.completedFuture(DataFetcherExceptionHandlerResult.newResult(
                        failure.toError(failed.getPath()))
                .build());
    }
}
