package im.gatehouse.router;

import im.gatehouse.account.Accounts;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where a stanza goes, by the rules of RFC 6120 section 10 and RFC 6121 section 8; {@link Messages} does the
 * last part for messages to accounts.
 *
 * <p>Safe from any thread, event loops included: what needs storage is put last with {@link Lane#blocking}.
 */
public final class Router {
    private static final Logger log = LoggerFactory.getLogger(Router.class);

    private static final StanzaError STORAGE_FAILED =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    private final Set<String> hosts;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Cluster cluster;
    private final IqHandlers iqHandlers = new IqHandlers();
    private final Vouchers vouchers = new Vouchers(this::isLocal, this::isHost);
    private final Map<String, Component> components = new ConcurrentHashMap<>();
    private final Messages messages;

    private final GuardPoint<Stanza, StanzaError> sending =
            new GuardPoint<>("the sending of a stanza", Condition.INTERNAL_SERVER_ERROR.error());
    private final GuardPoint<Stanza, StanzaError> receiving =
            new GuardPoint<>("the receiving of a stanza", Condition.INTERNAL_SERVER_ERROR.error());
    private final NoticePoint<Message> messageSent = new NoticePoint<>("a message that was sent");
    private final NoticePoint<Iq> answered = new NoticePoint<>("an answer to the server");

    private volatile @Nullable PresenceRules presenceRules;
    private volatile @Nullable GuardMemory guardMemory;
    private volatile @Nullable SentMessages sentMessages;

    /**
     * @param hosts the domains served, prepared
     */
    public Router(Set<String> hosts, Accounts accounts, Sessions sessions, Cluster cluster) {
        this.hosts = Set.copyOf(hosts);
        this.accounts = accounts;
        this.sessions = sessions;
        this.cluster = cluster;
        this.messages = new Messages(this, accounts, sessions, cluster, vouchers);
    }

    /** Who answers which request. */
    public IqHandlers iqHandlers() {
        return iqHandlers;
    }

    /** Asked for every stanza that a local client sends. Must not block. */
    public GuardPoint<Stanza, StanzaError> sending() {
        return sending;
    }

    /**
     * Asked for every stanza before it reaches a local account; what they need from storage is behind {@link
     * #guardMemory}. Must not block. Presence and what is said in a room are refused without a word.
     */
    public GuardPoint<Stanza, StanzaError> receiving() {
        return receiving;
    }

    /** Told of every message that a local client sent and that was allowed. Must not block. */
    public NoticePoint<Message> messageSent() {
        return messageSent;
    }

    /**
     * Told of every message for a local account that was allowed, once, whatever sessions there are. Must not block.
     */
    public NoticePoint<Message> messageReceived() {
        return messages.received;
    }

    /** Told of every message that was stored or archived for an account that nobody is connected to. May block. */
    public NoticePoint<Message> messageWaiting() {
        return messages.waiting;
    }

    /**
     * Told of every answer that comes for a served domain or for a bare account: to what the server itself has asked,
     * or claims to be. Must not block.
     */
    public NoticePoint<Iq> answered() {
        return answered;
    }

    /**
     * Puts the rules of presence behind their port.
     *
     * @return takes them away again
     */
    public Runnable presenceRules(PresenceRules rules) {
        presenceRules = rules;
        return () -> presenceRules = null;
    }

    /**
     * Puts the store of offline messages behind its port.
     *
     * @return takes it away again
     */
    public Runnable offlineMessages(OfflineMessages store) {
        messages.offline = store;
        return () -> messages.offline = null;
    }

    /**
     * Puts the archive of messages behind its port. Once, while the server is put together.
     *
     * @return takes it away again
     */
    public Runnable messageArchive(MessageArchive archive) {
        messages.archive = archive;
        return () -> messages.archive = null;
    }

    /**
     * Puts the copying of messages behind its port. Once, while the server is put together.
     *
     * @return takes it away again
     */
    public Runnable messageCopies(MessageCopies copies) {
        messages.copies = copies;
        return () -> messages.copies = null;
    }

    /**
     * Puts whoever takes something out of clients' messages behind its port. Once, while the server is put together.
     *
     * @return takes it away again
     */
    public Runnable sentMessages(SentMessages taking) {
        sentMessages = taking;
        return () -> sentMessages = null;
    }

    /**
     * Puts what guards of {@link #receiving} need to know of accounts behind its port. Once, while the server is put
     * together.
     *
     * @return takes it away again
     */
    public Runnable guardMemory(GuardMemory memory) {
        guardMemory = memory;
        return () -> guardMemory = null;
    }

    /**
     * Adds an entity with a domain of its own.
     *
     * @return takes it away again
     * @throws IllegalStateException when the domain is taken
     */
    public Runnable addComponent(String domain, Component component) {
        if (hosts.contains(domain) || components.putIfAbsent(domain, component) != null) {
            throw new IllegalStateException("The domain " + domain + " is already served");
        }
        return () -> components.remove(domain, component);
    }

    /** The domains of the components that may be found by everybody, as they are now. */
    public Set<String> listedComponents() {
        return components.entrySet().stream()
                .filter(component -> component.getValue().isListed())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether accounts can live there. */
    public boolean isHost(String domain) {
        return hosts.contains(domain);
    }

    /**
     * The host to which a domain belongs: itself, or for the domain of a component the longest host that it lies below;
     * the domain itself where there is none.
     */
    public String hostOf(String domain) {
        String found = domain;
        for (String rest = domain; !hosts.contains(found); ) {
            int dot = rest.indexOf('.');
            if (dot < 0 || !components.containsKey(domain)) {
                return domain;
            }
            rest = rest.substring(dot + 1);
            found = rest;
        }
        return found;
    }

    /** Whether a domain is served here, by accounts or by a component. */
    public boolean isLocal(String domain) {
        return hosts.contains(domain) || components.containsKey(domain);
    }

    // --- from a local client ---

    /** Takes a stanza that a client sent, already stamped with its full address. */
    public void fromClient(Session session, Stanza sent) {
        Lane lane = session.lane();
        Stanza honest = vouchers.strip(sent);
        boolean toOwnAccount = honest.to() == null && !(honest instanceof Presence);
        Stanza stanza = toOwnAccount ? honest.to(session.account()) : honest;
        if (sending.ask(stanza) instanceof Verdict.Refuse<StanzaError>(StanzaError error)) {
            if (isAnswerable(stanza)) { // at once: who it was for may be kept from sending anything to the user
                Stanza addressed = stanza.to() == null ? stanza.to(session.account()) : stanza;
                session.send(addressed.refuse(error));
            }
            return;
        }
        if (stanza instanceof Presence presence) {
            presenceFromClient(session, presence, lane);
            return;
        }
        SentMessages taking = sentMessages;
        if (stanza instanceof Message message) {
            if (taking != null && taking.concern(message)) {
                lane.blocking(() -> take(session, message, taking));
                return;
            }
            messageSent.tell(message);
        }
        route(stanza, lane);
    }

    private void take(Session session, Message message, SentMessages taking) {
        Lane lane = session.lane();
        try {
            Message rest = taking.take(session, message);
            messageSent.tell(rest);
            route(rest, lane);
        } catch (StanzaException e) {
            bounce(message, e.error(), lane);
        } catch (StorageException e) {
            log.warn("What a message asked of the server could not be stored: {}", e.getMessage());
            bounce(message, STORAGE_FAILED, lane);
        }
    }

    private void presenceFromClient(Session session, Presence presence, Lane lane) {
        PresenceRules rules = presenceRules;
        if (rules == null) {
            if (presence.to() != null) {
                route(presence, lane);
            }
        } else if (presence.to() != null) {
            rules.sent(session, presence, lane);
        } else if (presence.type() == Presence.Type.AVAILABLE || presence.type() == Presence.Type.UNAVAILABLE) {
            rules.broadcast(session, presence, lane);
        } else {
            bounce(presence.to(session.account()), Condition.BAD_REQUEST.error("This type of presence needs a receiver"), lane);
        }
    }

    // --- from an external component ---

    /**
     * Takes a stanza that a program outside the server sent, from an address of its domain. It may vouch for its own
     * domain and for nobody else here.
     */
    public void fromComponent(String domain, Stanza sent, Lane lane) {
        route(vouchers.strip(sent, domain), lane);
    }

    // --- to anybody ---

    /** Takes a stanza with sender and receiver to where it belongs. */
    public void route(Stanza stanza, Lane lane) {
        Jid to = stanza.receiver();
        if (hosts.contains(to.domain())) {
            if (to.hasLocal()) {
                toAccount(stanza, lane);
            } else {
                toServer(stanza, lane);
            }
            return;
        }
        Component component = components.get(to.domain());
        if (component != null) {
            toComponent(stanza, component, lane);
        } else {
            bounce(stanza, Condition.REMOTE_SERVER_NOT_FOUND.error(), lane);
        }
    }

    /** Whether somebody here takes what is sent to a domain. */
    public boolean reaches(String domain) {
        return hosts.contains(domain) || components.containsKey(domain);
    }

    private void toComponent(Stanza stanza, Component component, Lane lane) {
        if (stanza instanceof Message message && isHost(message.sender().domain())) {
            messages.toComponent(message, component, lane);
        } else {
            component.receive(stanza, lane);
        }
    }

    /** Answers a stanza with an error, unless it is one itself or an answer (RFC 6120 section 8.3.1). */
    public void bounce(Stanza stanza, StanzaError error, Lane lane) {
        if (isAnswerable(stanza)) {
            route(stanza.refuse(error), lane);
        }
    }

    private static boolean isAnswerable(Stanza stanza) {
        return switch (stanza) {
            case Iq iq -> iq.isRequest();
            case Message message -> message.type() != Message.Type.ERROR;
            case Presence presence -> presence.type() != Presence.Type.ERROR;
        };
    }

    // --- to the server itself ---

    private void toServer(Stanza stanza, Lane lane) {
        switch (stanza) {
            case Iq iq when iq.isRequest() && iq.receiver().isBare() -> answer(IqHandler.Scope.SERVER, iq, lane);
            case Iq iq when !iq.isRequest() -> answered.tell(iq);
            case Iq iq -> bounce(iq, Condition.SERVICE_UNAVAILABLE.error(), lane);
            case Message message -> bounce(message, Condition.SERVICE_UNAVAILABLE.error(), lane);
            case Presence presence -> {
                if (presence.type().isSubscription()) {
                    log.debug("A subscription to the server itself is ignored");
                }
            }
        }
    }

    private void answer(IqHandler.Scope scope, Iq request, Lane lane) {
        IqHandlers.Entry entry = iqHandlers.find(scope, request);
        if (entry == null) {
            bounce(request, iqHandlers.unanswered(scope, request).error(), lane);
        } else if (entry.execution() == IqHandler.Execution.NOW) {
            answerWith(entry.handler(), request, lane);
        } else {
            lane.blocking(() -> answerWith(entry.handler(), request, lane));
        }
    }

    private void answerWith(IqHandler handler, Iq request, Lane lane) {
        Stanza answer;
        try {
            answer = handler.handle(request);
        } catch (StanzaException e) {
            answer = request.refuse(e.error());
        } catch (RuntimeException e) {
            log.warn("A request in {} failed", request.request().namespace(), e);
            answer = request.refuse(Condition.INTERNAL_SERVER_ERROR.error());
        }
        route(answer, lane);
    }

    // --- to an account ---

    private void toAccount(Stanza stanza, Lane lane) {
        GuardMemory memory = guardMemory;
        Jid account = stanza.receiver().bare();
        if (memory == null || memory.knows(account)) {
            toKnownAccount(stanza, lane);
        } else if (!isNewsForNobody(stanza, account)) {
            lane.blocking(() -> orRefuse(stanza, lane, () -> {
                memory.learn(account);
                toKnownAccount(stanza, lane);
            }));
        } else {
            pastGuards(stanza, lane);
        }
    }

    /** The presence of contacts is told to many who are away; nothing is looked up for their sake. */
    private boolean isNewsForNobody(Stanza stanza, Jid account) {
        return stanza instanceof Presence
                && !concernsAccount(stanza)
                && sessions.of(account).isEmpty();
    }

    private void toKnownAccount(Stanza stanza, Lane lane) {
        if (!(receiving.ask(stanza) instanceof Verdict.Refuse<StanzaError>(StanzaError error))) {
            pastGuards(stanza, lane);
        } else if (!isRefusedSilently(stanza)) {
            bounce(stanza, error, lane);
        }
    }

    /** An answer to presence would tell that somebody is there; one to a room would put the user out of it. */
    private static boolean isRefusedSilently(Stanza stanza) {
        return stanza instanceof Presence
                || stanza instanceof Message message && message.type() == Message.Type.GROUPCHAT;
    }

    private void pastGuards(Stanza stanza, Lane lane) {
        Jid to = stanza.receiver();
        Session session = to.isFull() ? sessions.find(to) : null;
        if (stanza instanceof Message message) {
            messages.toAccount(message, session, lane);
        } else if (session != null && !concernsAccount(stanza)) {
            session.send(stanza);
        } else if (concernsAccount(stanza) || !cluster.forward(stanza)) {
            switch (stanza) {
                case Iq iq -> iqToAccount(iq, lane);
                case Presence presence -> presenceToAccount(presence, lane);
                case Message _ -> throw new AssertionError();
            }
        }
    }

    /** Subscriptions and probes are the account's business, whichever resource they name (RFC 6121 section 3). */
    private static boolean concernsAccount(Stanza stanza) {
        return stanza instanceof Presence presence
                && (presence.type().isSubscription() || presence.type() == Presence.Type.PROBE);
    }

    /** RFC 6121 sections 8.5.2.1.3, 8.5.2.2.3 and 8.5.3.2.3. */
    private void iqToAccount(Iq iq, Lane lane) {
        if (!iq.isRequest()) {
            if (iq.receiver().isBare()) {
                answered.tell(iq);
            }
            return;
        }
        if (iq.receiver().isFull()) {
            bounce(iq, Condition.SERVICE_UNAVAILABLE.error(), lane);
        } else if (iq.sender().bare().equals(iq.receiver())) {
            answer(IqHandler.Scope.ACCOUNT, iq, lane);
        } else if (iqHandlers.find(IqHandler.Scope.ACCOUNT, iq) == null) {
            bounce(iq, iqHandlers.unanswered(IqHandler.Scope.ACCOUNT, iq).error(), lane);
        } else {
            lane.blocking(() -> orRefuse(iq, lane, () -> {
                if (accounts.exists(iq.receiver())) {
                    answer(IqHandler.Scope.ACCOUNT, iq, lane);
                } else {
                    bounce(iq, Condition.SERVICE_UNAVAILABLE.error(), lane);
                }
            }));
        }
    }

    /** RFC 6121 sections 8.5.2.1.2, 8.5.2.2.2 and 8.5.3.2.2. */
    private void presenceToAccount(Presence presence, Lane lane) {
        PresenceRules rules = presenceRules;
        switch (presence.type()) {
            case AVAILABLE, UNAVAILABLE -> {
                if (presence.receiver().isBare()) {
                    sendTo(
                            presence,
                            sessions.of(presence.receiver()).stream()
                                    .filter(Session::isAvailable)
                                    .toList());
                }
            }
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE -> {
                if (rules != null) {
                    rules.received(presence.to(presence.receiver().bare()), lane);
                }
            }
            case ERROR -> {}
        }
    }

    /** The boundary to storage: what cannot be handled now is given back, so that its sender knows. */
    void orRefuse(Stanza stanza, Lane lane, Runnable work) {
        try {
            work.run();
        } catch (StorageException e) {
            log.warn("A stanza could not be handled: {}", e.getMessage());
            bounce(stanza, STORAGE_FAILED, lane);
        }
    }

    private static void sendTo(Stanza stanza, List<Session> sessions) {
        Stanza sent = sessions.size() > 1 ? stanza.to(stanza.to()) : stanza; // from now on its bytes are shared
        for (int i = 0; i < sessions.size(); i++) {
            sessions.get(i).send(sent);
        }
    }

    /**
     * Takes back what was handed to a session that ended before it could be written: as if that session had not been
     * there, except that {@link #messageReceived} has been told already and the archives have it: a message keeps its
     * id. A message that several sessions were given, as it is or as a copy (XEP-0280), goes on only when all of them
     * gave it back. May block.
     */
    public void undelivered(Stanza stanza, Lane lane) {
        switch (stanza) {
            case Message message -> orRefuse(message, lane, () -> messages.undelivered(message, lane));
            case Iq iq -> bounce(iq, Condition.RECIPIENT_UNAVAILABLE.error(), lane);
            case Presence _ -> {}
        }
    }
}
