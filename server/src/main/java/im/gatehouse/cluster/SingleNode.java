package im.gatehouse.cluster;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Stanza;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A cluster of one: everything is here. */
public final class SingleNode implements Cluster {
    private final Map<String, Doer> doers = new ConcurrentHashMap<>();

    @Override
    public String node() {
        return "gatehouse";
    }

    @Override
    public boolean forward(Stanza stanza) {
        return false;
    }

    @Override
    public void onOperation(String name, Doer doer) {
        doers.put(name, doer);
    }

    @Override
    public CompletableFuture<Void> everywhere(Operation operation) {
        Doer doer = Objects.requireNonNull(doers.get(operation.name()), operation.name());
        doer.perform(operation.argument());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean owns(Jid room) {
        return true;
    }
}
