package im.gatehouse.admin.graphql;

import graphql.ExecutionResult;
import graphql.analysis.QueryTraverser;
import graphql.analysis.QueryVisitorFieldEnvironment;
import graphql.analysis.QueryVisitorStub;
import graphql.execution.AbortExecutionException;
import graphql.execution.ExecutionContext;
import graphql.execution.ResultPath;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.schema.GraphQLNamedOutputType;
import im.gatehouse.admin.graphql.GraphQlEngine.Caller;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.module.AdminOperations.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request as a whole, before any of it is done, when one of its operations is not permitted or they are too
 * many. What guards the operations is the check at each of them; this one keeps a refused request from being done by
 * half.
 */
final class PermissionsFirst extends SimplePerformantInstrumentation {
    /** How many operations one request may call, however it names them. */
    private static final int MOST_OPERATIONS = 100;

    private final Permissions permissions;
    private final Map<String, Operation> operations;

    PermissionsFirst(Permissions permissions, Map<String, Operation> operations) {
        this.permissions = permissions;
        this.operations = operations;
    }

    @Override
    public @Nullable InstrumentationContext<ExecutionResult> beginExecuteOperation(
            InstrumentationExecuteOperationParameters parameters, InstrumentationState state) {
        ExecutionContext context = parameters.getExecutionContext();
        QueryTraverser.newQueryTraverser()
                .schema(context.getGraphQLSchema())
                .document(context.getDocument())
                .operationName(context.getOperationDefinition().getName())
                .coercedVariables(context.getCoercedVariables())
                .build()
                .visitPreOrder(new Visitor(context));
        return super.beginExecuteOperation(parameters, state);
    }

    private final class Visitor extends QueryVisitorStub {
        private final Actor actor;
        private final @Nullable String name;
        private int called;

        Visitor(ExecutionContext context) {
            this.actor = context.getGraphQLContext().<Caller>get(Caller.class).actor();
            this.name = context.getOperationDefinition().getName();
        }

        @Override
        public void visitField(QueryVisitorFieldEnvironment field) {
            if (field.isTypeNameIntrospectionField() || !(field.getParentType() instanceof GraphQLNamedOutputType type)) {
                return;
            }
            Operation operation = operations.get(type.getName() + "." + field.getFieldDefinition().getName());
            if (operation == null) {
                return;
            }
            if (++called > MOST_OPERATIONS) {
                throw abort(
                        Failure.of(Failures.TOO_COMPLEX, "A request may call " + MOST_OPERATIONS + " operations"),
                        field);
            }
            Map<String, Object> arguments = GraphQlEngine.given(field.getArguments());
            permissions.refusal(actor, operation.access(), name, arguments).ifPresent(reason -> {
                throw abort(Failure.of(Failure.NO_PERMISSIONS, reason), field);
            });
        }

        private static AbortExecutionException abort(Failure failure, QueryVisitorFieldEnvironment field) {
            QueryVisitorFieldEnvironment parent = field.getParentEnvironment();
            ResultPath path = ResultPath.rootPath();
            if (parent != null) {
                path = path.segment(parent.getField().getResultKey());
            }
            return new AbortExecutionException(
                    List.of(failure.toError(path.segment(field.getField().getResultKey()))));
        }
    }
}
