package im.gatehouse.module;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The operations that the parts of the server offer to administrators. The admin floor makes GraphQL of them. */
public final class Administration {
    private final Map<String, List<AdminOperations>> byOwner = new LinkedHashMap<>();
    private long version;

    /**
     * Adds operations.
     *
     * @param owner the module or part that offers them
     * @return takes them away again
     */
    public synchronized Runnable add(String owner, AdminOperations operations) {
        byOwner.computeIfAbsent(owner, _ -> new ArrayList<>()).add(operations);
        version++;
        return () -> remove(owner, operations);
    }

    private synchronized void remove(String owner, AdminOperations operations) {
        List<AdminOperations> own = byOwner.get(owner);
        if (own != null && own.remove(operations) && own.isEmpty()) {
            byOwner.remove(owner);
        }
        version++;
    }

    /** All operations that are offered now, in the order in which they came. */
    public synchronized List<AdminOperations> all() {
        return byOwner.values().stream().flatMap(List::stream).toList();
    }

    /** Rises with every change, so that what was made of the operations can be made anew. */
    public synchronized long version() {
        return version;
    }
}
