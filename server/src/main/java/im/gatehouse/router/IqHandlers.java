package im.gatehouse.router;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who answers which request. Handlers are added while the server is put together; looking up takes no lock. */
public final class IqHandlers {
    /**
     * A handler and where it runs.
     *
     * @param handler answers
     * @param execution where it may run
     */
    record Entry(IqHandler handler, IqHandler.Execution execution) {}

    private record Name(IqHandler.Scope scope, Iq.Type type, String name, String namespace) {}

    private final Map<Name, Entry> entries = new ConcurrentHashMap<>();

    /**
     * Adds a handler.
     *
     * @param type get or set
     * @param name the local name of the request's child
     * @param namespace the namespace of the request's child
     * @return takes the handler away again
     * @throws IllegalStateException when somebody answers that already
     */
    public Runnable add(
            IqHandler.Scope scope,
            Iq.Type type,
            String name,
            String namespace,
            IqHandler.Execution execution,
            IqHandler handler) {
        Name key = new Name(scope, type, name, namespace);
        if (entries.putIfAbsent(key, new Entry(handler, execution)) != null) {
            throw new IllegalStateException("Two handlers for " + key);
        }
        return () -> entries.remove(key);
    }

    /** The handler of a request, or null where there is none. */
    @Nullable Entry find(IqHandler.Scope scope, Iq request) {
        Element child = request.request();
        return entries.get(new Name(scope, request.type(), child.name(), child.namespace()));
    }

    /**
     * The error for a request that nobody answers: {@code service-unavailable}, or {@code not-allowed} where the same
     * request exists with the other type.
     */
    StanzaException unanswered(IqHandler.Scope scope, Iq request) {
        Element child = request.request();
        Iq.Type other = request.type() == Iq.Type.GET ? Iq.Type.SET : Iq.Type.GET;
        boolean onlyOtherType = entries.containsKey(new Name(scope, other, child.name(), child.namespace()));
        return new StanzaException(
                onlyOtherType ? StanzaError.Condition.NOT_ALLOWED : StanzaError.Condition.SERVICE_UNAVAILABLE);
    }
}
