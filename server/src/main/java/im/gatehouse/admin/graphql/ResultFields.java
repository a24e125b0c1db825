package im.gatehouse.admin.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields of what resolvers answer: records, whoever may see them, and maps. */
final class ResultFields implements DataFetcher<Object> {
    /** What every query begins with; its fields are the categories. */
    enum Root {
        ROOT
    }

    private static final ClassValue<Map<String, Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
            Map<String, Method> accessors = new HashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true); // records of modules need not be public
                accessors.put(component.getName(), accessor);
            }
            return accessors;
        }
    };

    @Override
    public @Nullable Object get(DataFetchingEnvironment environment) throws InvocationTargetException {
        Object source = environment.getSource();
        String field = environment.getField().getName();
        return switch (source) {
            case null -> null;
            case Root _ -> Map.of();
            case Map<?, ?> map -> map.get(field);
            case Record result -> read(result, field);
            default -> throw new IllegalStateException("An answer is neither a record nor a map: "
                    + source.getClass().getName());
        };
    }

    private static @Nullable Object read(Record result, String field) throws InvocationTargetException {
        Method accessor = ACCESSORS.get(result.getClass()).get(field);
        if (accessor == null) {
            throw new IllegalStateException(result.getClass().getName() + " has no " + field);
        }
        try {
            return accessor.invoke(result);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
