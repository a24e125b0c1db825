package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.stanza.StanzaException;
import java.util.Collection;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** In what nodes at a domain and nodes of accounts differ. All of it may block, unless it says otherwise. */
public interface Profile {
    /** As they are now. Does not block. */
    Limits limits();

    /** How a new node of that name is until its owners decide. */
    NodeConfig defaults(Jid service, String node);

    /** Whether what is published to a node that does not exist makes the node. */
    boolean createsOnPublish();

    /**
     * Refuses somebody who may not make nodes there.
     *
     * @throws StanzaException {@code forbidden}
     */
    void checkMayCreate(Jid service, Jid asker);

    /**
     * Keeps the owner of new nodes from being removed before a unit of work has ended.
     *
     * @return false when the owner is gone
     */
    boolean hold(DSLContext db, Jid service);

    /** What somebody is to all nodes of the service, before a node's own list is asked. Does not block. */
    Affiliation standing(Jid service, Jid asker);

    /** The accounts whose presence and rosters a node's access model means. */
    Collection<Jid> owners(Node node);

    /** Full addresses that hear of the node's events without a subscription. */
    Collection<Jid> listeners(Node node);

    /** The error for a node that does not exist. */
    StanzaException noSuchNode(Jid service, Jid asker);

    /** Whether nodes of that service are its business. Does not block. */
    boolean serves(Jid service);

    /**
     * Whether the service may say anything to somebody: an account says nothing to those whom it blocks. Does not
     * block.
     */
    boolean mayTell(Jid service, Jid somebody);

    /**
     * From which client something came, if those who see the owner's presence are told (XEP-0163 section 4.3.1), or
     * null. Does not block.
     */
    @Nullable Jid shownClient(Jid service, Jid publisher);

    /** What is done one thing at a time: nodes with equal keys wait for each other. Does not block. */
    Object turn(Jid service, String node);
}
