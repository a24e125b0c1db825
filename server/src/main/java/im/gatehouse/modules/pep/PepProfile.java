package im.gatehouse.modules.pep;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.modules.caps.Capabilities;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.presence.Presences.Exchange;
import im.gatehouse.modules.pubsub.Affiliation;
import im.gatehouse.modules.pubsub.Limits;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.modules.pubsub.Profile;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.NumberSetting;
import im.gatehouse.modules.pubsub.setting.SendLastItem;
import im.gatehouse.modules.roster.Contacts;
import im.gatehouse.modules.roster.RosterItem;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Nodes of accounts: the account owns them, and publishing makes them (XEP-0163 sections 3 and 4). */
final class PepProfile implements Profile {
    /** The defaults of XEP-0163 section 3.6: one item, for those who see the owner's presence. */
    private static final NodeConfig DEFAULTS = NodeConfig.INITIAL
            .with(AccessModel.SETTING, AccessModel.Access.PRESENCE)
            .with(MaxItems.SETTING, 1)
            .with(SendLastItem.SETTING, SendLastItem.When.ON_SUB_AND_PRESENCE);

    /** Nobody else's business, even where a client forgets to say so. */
    private static final NodeConfig PRIVATE = DEFAULTS.with(AccessModel.SETTING, AccessModel.Access.WHITELIST);

    /** A list of many things, of which clients ask when they want to know (XEP-0223). */
    private static final NodeConfig PRIVATE_LIST = PRIVATE
            .with(MaxItems.SETTING, NumberSetting.MAX)
            .with(SendLastItem.SETTING, SendLastItem.When.NEVER);

    private final ModuleContext context;
    private final Presences presences;
    private final Rosters rosters;
    private final Capabilities capabilities;
    private final Supplier<PepConfig> config;

    PepProfile(ModuleContext context, Supplier<PepConfig> config) {
        this.context = context;
        this.config = config;
        this.presences = context.service(Presences.class);
        this.rosters = context.service(Rosters.class);
        this.capabilities = context.service(Capabilities.class);
    }

    @Override
    public Limits limits() {
        return config.get().limits();
    }

    @Override
    public NodeConfig defaults(Jid service, String node) {
        return switch (node) {
            case "storage:bookmarks" -> PRIVATE;
            case "urn:xmpp:bookmarks:1", "urn:xmpp:mds:displayed:0" -> PRIVATE_LIST;
            default -> DEFAULTS;
        };
    }

    @Override
    public boolean createsOnPublish() {
        return true;
    }

    @Override
    public void checkMayCreate(Jid service, Jid asker) {
        if (!asker.bare().equals(service)) {
            throw PresenceAccess.mayKnow(context, service, asker)
                    ? new StanzaException(Condition.FORBIDDEN)
                    : noSuchNode(service, asker);
        }
    }

    @Override
    public boolean hold(DSLContext db, Jid service) {
        return context.accounts().hold(db, service);
    }

    @Override
    public Affiliation standing(Jid service, Jid asker) {
        return asker.bare().equals(service) ? Affiliation.OWNER : Affiliation.NONE;
    }

    @Override
    public Collection<Jid> owners(Node node) {
        return List.of(node.service());
    }

    /** The owner's own clients, and those of contacts who see the owner's presence, that say {@code NODE+notify}. */
    @Override
    public Collection<Jid> listeners(Node node) {
        String interest = node.name() + LastItems.NOTIFY;
        List<Jid> listeners = new ArrayList<>();
        Stream.concat(Stream.of(node.service()), contacts(node.service()))
                .filter(jid -> context.router().isHost(jid.domain()))
                .flatMap(jid -> context.sessions().of(jid).stream())
                .filter(session -> session.isAvailable() && capabilities.of(session).contains(interest))
                .map(Session::jid)
                .forEach(listeners::add);
        return listeners;
    }

    /** Those who see the account's presence, without those who are kept from it at the moment. */
    private Stream<Jid> contacts(Jid account) {
        Contacts present = rosters.contacts(account);
        Stream<Jid> contacts = present != null
                ? present.from().stream()
                : rosters.items(account).stream()
                        .filter(item -> item.state().from())
                        .map(RosterItem::jid);
        return contacts.filter(contact -> mayTell(account, contact));
    }

    /** Strangers get what they would get without the account, so that names cannot be tried out. */
    @Override
    public StanzaException noSuchNode(Jid service, Jid asker) {
        return new StanzaException(
                PresenceAccess.mayKnow(context, service, asker)
                        ? Condition.ITEM_NOT_FOUND
                        : Condition.SERVICE_UNAVAILABLE);
    }

    @Override
    public boolean serves(Jid service) {
        return service.hasLocal();
    }

    @Override
    public boolean mayTell(Jid service, Jid somebody) {
        return service.equals(somebody.bare())
                || presences.exchanging().ask(new Exchange(service, null, somebody))
                        instanceof Verdict.Pass<StanzaError>;
    }

    /**
     * Only what the presence shows to contacts: a client of the owner that is available. Nobody remembers to whom it
     * has said apart that it is not; they are told as the others are.
     */
    @Override
    public @Nullable Jid shownClient(Jid service, Jid publisher) {
        Session session = service.equals(publisher.bare()) ? context.sessions().find(publisher) : null;
        return session != null && session.isAvailable() ? publisher : null;
    }

    @Override
    public Object turn(Jid service, String node) {
        return service;
    }
}
