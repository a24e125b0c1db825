package im.gatehouse.module;

import im.gatehouse.account.Accounts;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.router.IqHandler;
import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.storage.Database;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a module is given to work with. What it registers through this is taken back when it stops.
 */
public final class ModuleContext {
    private final String module;
    private final ServerParts parts;
    private final List<Runnable> undo = new ArrayList<>();

    ModuleContext(String module, ServerParts parts) {
        this.module = module;
        this.parts = parts;
    }

    /** The module's own name, for logs and for the owner of hooks. */
    public String module() {
        return module;
    }

    /** The domains at which accounts live, prepared, in the order of the configuration. */
    public Set<String> hosts() {
        return parts.hosts();
    }

    /** Whether that account administers the server; a resource is ignored. May change while the server runs. */
    public boolean isAdmin(Jid jid) {
        return parts.admins().get().contains(jid.bare());
    }

    /** The bare addresses of the administrators as they are now. */
    public Set<Jid> admins() {
        return parts.admins().get();
    }

    /** The folder in which the server keeps its files. */
    public java.nio.file.Path dataDirectory() {
        return parts.dataDirectory();
    }

    public Database database() {
        return parts.database();
    }

    public Accounts accounts() {
        return parts.accounts();
    }

    public Sessions sessions() {
        return parts.sessions();
    }

    public Router router() {
        return parts.router();
    }

    public Cluster cluster() {
        return parts.cluster();
    }

    public Metrics metrics() {
        return parts.metrics();
    }

    public Time time() {
        return parts.time();
    }

    public Disco disco() {
        return parts.disco();
    }

    /**
     * Steps of a client's stream, to which a module adds its own; what {@code add} answers goes to {@link #undoLater}.
     */
    public StreamFeatures streamFeatures() {
        return parts.streamFeatures();
    }

    /** Which version of the server runs, for people. */
    public String version() {
        return parts.version();
    }

    /** Answers a kind of request; see {@link im.gatehouse.router.IqHandlers#add}. */
    public void onIq(
            IqHandler.Scope scope,
            Iq.Type type,
            String name,
            String namespace,
            IqHandler.Execution execution,
            IqHandler handler) {
        undoLater(parts.router().iqHandlers().add(scope, type, name, namespace, execution, handler));
    }

    /** Offers operations to administrators; see {@link AdminOperations}. */
    public void administer(AdminOperations operations) {
        undoLater(parts.administration().add(module, operations));
    }

    /**
     * An operation that administrators are offered at this moment, to be called from within; empty where there is none.
     *
     * @param name as {@code Type.field} of the schema
     */
    public Optional<AdminOperations.Operation> operation(String name) {
        return parts.administration().all().stream()
                .map(operations -> operations.operations().get(name))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Offers something to the modules that require this one. */
    public <T> void provide(Class<T> type, T service) {
        undoLater(parts.services().provide(type, service));
    }

    /**
     * What another module provides. Ask only for what a required module provides.
     *
     * @throws IllegalStateException when nobody does
     */
    public <T> T service(Class<T> type) {
        return parts.services().find(type);
    }

    /** What another module provides at this moment, whichever of the two started first; empty when nobody does. */
    public <T> Optional<T> optionalService(Class<T> type) {
        return parts.services().optional(type);
    }

    /** Remembers how to take something back when the module stops: what the hooks' {@code add} answers. */
    public void undoLater(Runnable undo) {
        this.undo.add(undo);
    }

    /** Takes everything back, the last thing first. */
    void undo() {
        undo.reversed().forEach(Runnable::run);
        undo.clear();
    }
}
