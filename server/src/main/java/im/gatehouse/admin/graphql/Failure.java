package im.gatehouse.admin.graphql;

import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.ResultPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error of an answer, as an operator of MongooseIM knows it: {@code {"message", "path", "extensions": {"code", …}}}.
 *
 * @param path where in the answer, null when it concerns the whole request
 * @param details stand beside the code
 */
record Failure(String code, String message, @Nullable List<Object> path, Map<String, Object> details) {
    static final String NO_PERMISSIONS = "no_permissions";
    static final String INPUT_COERCION = "input_coercion";
    static final String INTERNAL = "internal_server_error";

    static Failure of(String code, String message) {
        return new Failure(code, message, null, Map.of());
    }

    /** What goes into the JSON. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("message", message);
        if (path != null) {
            map.put("path", path);
        }
        map.put("extensions", extensions());
        return map;
    }

    private Map<String, Object> extensions() {
        Map<String, Object> extensions = new LinkedHashMap<>();
        extensions.put("code", code);
        details.forEach((name, value) -> extensions.put(name, plain(value)));
        return extensions;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Number number -> number;
            case Boolean truth -> truth;
            case List<?> list -> list.stream().map(Failure::plain).toList();
            default -> value.toString();
        };
    }

    /** This as graphql-java carries it until the answer is written. */
    GraphQLError toError(ResultPath at) {
        return GraphqlErrorBuilder.newError()
                .message("%s", message)
                .path(at)
                .extensions(extensions())
                .build();
    }
}
