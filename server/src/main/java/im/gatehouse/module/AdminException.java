package im.gatehouse.module;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation is refused: it becomes an error of the GraphQL answer, with the code and the details as its extensions.
 */
public final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient Map<String, Object> details;

    /**
     * @param code the machine's word, for instance {@code user_not_found}
     * @param message words for people
     */
    public AdminException(String code, String message) {
        this(code, message, Map.of());
    }

    private AdminException(String code, String message, Map<String, Object> details) {
        super(message, null, false, false);
        this.code = code;
        this.details = details;
    }

    /** For a command of a module that is off. */
    public static AdminException notLoaded(String module) {
        return new AdminException("deps_not_loaded", "Some of the required modules are not loaded")
                .with("not_loaded_modules", List.of(module));
    }

    /** This error with one detail more, for instance {@code user}. */
    public AdminException with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new AdminException(code, String.valueOf(getMessage()), more);
    }

    public String code() {
        return code;
    }

    public Map<String, Object> details() {
        return details;
    }
}
