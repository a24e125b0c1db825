package im.gatehouse.admin.graphql;

import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.InvalidSyntaxError;
import graphql.SerializationError;
import graphql.execution.NonNullableValueCoercedAsNullException;
import graphql.schema.CoercingParseValueException;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what graphql-java complains of into errors with the codes that MongooseIM's operators know. */
final class Failures {
    static final String TOO_COMPLEX = "query_too_complex";

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static Failure of(GraphQLError error) {
        Map<String, Object> extensions = error.getExtensions();
        List<Object> path = error.getPath();
        if (extensions != null && extensions.get("code") instanceof String code) {
            Map<String, Object> details = new LinkedHashMap<>(extensions);
            details.remove("code");
            return new Failure(code, error.getMessage(), path, details);
        }
        return switch (error) {
            case ValidationError invalid -> new Failure(code(invalid), invalid.getMessage(), path(invalid), Map.of());
            case SerializationError broken -> {
                log.error("An answer does not fit the schema: {}", broken.getMessage());
                yield new Failure(Failure.INTERNAL, "Internal server error; the server's log tells more", path, Map.of());
            }
            default -> new Failure(code(error), error.getMessage(), path, Map.of());
        };
    }

    private static String code(GraphQLError error) {
        return switch (error) {
            case InvalidSyntaxError _ -> "parser_error";
            case NonNullableValueCoercedAsNullException _ -> "missing_non_null_param";
            case CoercingParseValueException _ -> Failure.INPUT_COERCION;
            default -> switch (error.getErrorType()) {
                case ErrorType.ExecutionAborted -> TOO_COMPLEX;
                case ErrorType.InvalidSyntax -> "parser_error";
                case ErrorType.ValidationError -> "invalid_request";
                default -> snake(String.valueOf(error.getErrorType()));
            };
        };
    }

    private static String code(ValidationError error) {
        return switch (error.getValidationErrorType()) {
            case ValidationErrorType.WrongType, ValidationErrorType.BadValueForDefaultArg -> Failure.INPUT_COERCION;
            case ValidationErrorType.FieldUndefined -> "unknown_field";
            case ValidationErrorType.MissingFieldArgument, ValidationErrorType.NullValueForNonNullArgument ->
                "missing_non_null_param";
            case ValidationErrorType.MaxQueryDepthExceeded, ValidationErrorType.MaxQueryFieldsExceeded -> TOO_COMPLEX;
            case null -> "invalid_request";
            case ValidationErrorType type -> snake(type.name());
            default -> "invalid_request";
        };
    }

    private static List<Object> path(ValidationError error) {
        List<String> path = error.getQueryPath();
        return path == null ? List.of() : List.copyOf(path);
    }

    private static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
