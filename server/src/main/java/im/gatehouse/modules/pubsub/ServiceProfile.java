package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.stanza.StanzaException;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Nodes at a domain of their own: people make them, and are their owners. */
final class ServiceProfile implements Profile {
    private final ModuleContext context;
    private final Supplier<PubsubConfig> config;

    ServiceProfile(ModuleContext context, Supplier<PubsubConfig> config) {
        this.context = context;
        this.config = config;
    }

    @Override
    public Limits limits() {
        return config.get().limits();
    }

    @Override
    public NodeConfig defaults(Jid service, String node) {
        return NodeConfig.INITIAL;
    }

    @Override
    public boolean createsOnPublish() {
        return false;
    }

    @Override
    public void checkMayCreate(Jid service, Jid asker) {
        boolean may = context.isAdmin(asker)
                || switch (config.get().create()) {
                    case ANYONE -> true;
                    case LOCAL -> asker.hasLocal() && context.router().isHost(asker.domain());
                    case ADMINS -> false;
                };
        if (!may) {
            throw Refusals.forbidden();
        }
    }

    @Override
    public boolean hold(DSLContext db, Jid service) {
        return true;
    }

    /** Administrators of the server own all nodes of its services. */
    @Override
    public Affiliation standing(Jid service, Jid asker) {
        return context.isAdmin(asker) || asker.equals(service) ? Affiliation.OWNER : Affiliation.NONE;
    }

    @Override
    public Collection<Jid> owners(Node node) {
        return node.owners().stream()
                .filter(owner -> context.router().isHost(owner.domain()))
                .toList();
    }

    @Override
    public Collection<Jid> listeners(Node node) {
        return List.of();
    }

    @Override
    public StanzaException noSuchNode(Jid service, Jid asker) {
        return Refusals.itemNotFound();
    }

    @Override
    public boolean serves(Jid service) {
        return !service.hasLocal();
    }

    @Override
    public boolean mayTell(Jid service, Jid somebody) {
        return true;
    }

    @Override
    public @Nullable Jid shownClient(Jid service, Jid publisher) {
        return null;
    }

    @Override
    public Object turn(Jid service, String node) {
        return new Node.Key(service, node);
    }
}
