package im.gatehouse.modules.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.form.DataForm;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.WaitingMessages;
import im.gatehouse.modules.push.Publisher.Notice;
import im.gatehouse.router.CarbonCopy;
import im.gatehouse.router.StanzaId;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.Unacked;
import im.gatehouse.time.Seldom;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which services a user's clients want to be told of what waits (XEP-0357 sections 5 and 6), and for what that is done.
 * All of it may block. Safe from any number of virtual threads.
 */
final class Push {
    static final String NAMESPACE = "urn:xmpp:push:0";

    private static final Logger log = LoggerFactory.getLogger(Push.class);
    private static final String PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";
    private static final int MOST_OPTION_BYTES = 4096;
    private static final int MOST_NAME_BYTES = 255;

    /** How many messages wait for a silent client. */
    private static final Session.Key<AtomicInteger> UNACKED = new Session.Key<>("messages that wait to be acknowledged");

    private static final int MOST_REMEMBERED = 10_000;
    private static final int MOST_KNOWN = 100_000;
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /**
     * A message of which a service has been told: it may come back and wait once more, and is not told again then.
     *
     * @param id by which the archive knows it, or else its sender
     */
    private record Told(Jid from, String id, Registration.Key registration) {
        static @Nullable Told of(Message message, Registration registration) {
            String archived = StanzaId.on(message, registration.account());
            String id = archived != null ? archived : message.id();
            return id == null ? null : new Told(message.sender(), id, registration.key());
        }
    }

    private final PushStore store = new PushStore();
    private final Cache<Object, Boolean> told;

    /** What is stored for accounts, most of which have nothing. */
    private final Cache<Jid, List<Registration>> known = Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

    /** How many messages came while a client had no session. */
    private final Map<Registration.Key, Integer> missed = new ConcurrentHashMap<>();

    /** How many messages have come: threads that tell of them overtake each other. */
    private final AtomicLong came = new AtomicLong();

    private final Seldom failures;
    private final ModuleContext context;
    private final Publisher publisher;
    private volatile PushConfig config;

    Push(PushConfig config, ModuleContext context, Publisher publisher) {
        this.config = config;
        this.context = context;
        this.publisher = publisher;
        publisher.onEnd(key -> forget(key.account(), key::equals));
        this.failures = new Seldom(context.time(), Duration.ofMinutes(1));
        this.told = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(context.time()::nanos)
                .build();
    }

    void config(PushConfig fresh) {
        config = fresh;
    }

    // --- what clients ask ---

    /** Adds a service, or takes over the options of one that was added before. On disk when this has returned. */
    Iq enable(Iq request) {
        Jid account = owner(request);
        Element enable = request.request();
        Registration added = new Registration(
                account,
                service(enable),
                bounded(enable.attributeOr("node", "")),
                request.sender().isFull() ? request.sender().resource() : "",
                options(enable));
        context.database().write(db -> {
            store.put(db, added);
            if (store.count(db, account) > config.maxRegistrations()) {
                throw new StanzaException(
                        Condition.RESOURCE_CONSTRAINT,
                        "An account may have %d services; disable one first".formatted(config.maxRegistrations()));
            }
            return true;
        });
        forget(account, added.key()::equals);
        return request.result();
    }

    /** Takes one node of a service away, or all. */
    Iq disable(Iq request) {
        Jid account = owner(request);
        Element disable = request.request();
        Jid service = service(disable);
        String node = disable.attribute("node");
        context.database().write(db -> {
            if (node == null) {
                store.remove(db, account, service);
            } else {
                store.remove(db, new Registration.Key(account, service, node));
            }
            return true;
        });
        forget(account, key -> key.account().equals(account)
                && key.service().equals(service)
                && (node == null || key.node().equals(node)));
        return request.result();
    }

    private static Jid owner(Iq request) {
        Jid owner = request.receiver().bare();
        if (!request.sender().bare().equals(owner)) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        return owner;
    }

    private static Jid service(Element element) {
        String jid = element.attribute("jid");
        if (jid == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "The address of the service is missing");
        }
        try {
            return Jid.parse(bounded(jid));
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static String bounded(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A service and a node have %d bytes at most".formatted(MOST_NAME_BYTES));
        }
        return name;
    }

    private static String options(Element enable) {
        Element x = enable.child("x", DataForm.NAMESPACE);
        if (x == null) {
            return "";
        }
        boolean fits = x.children("field", DataForm.NAMESPACE).stream() // of no type, in the older texts of the XEP
                .anyMatch(field -> "FORM_TYPE".equals(field.attribute("var"))
                        && PUBLISH_OPTIONS.equals(field.childText("value", DataForm.NAMESPACE)));
        if (!fits) {
            throw new StanzaException(Condition.BAD_REQUEST, "The options are a form of the type " + PUBLISH_OPTIONS);
        }
        String text = StoredXml.write(x);
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_OPTION_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The options have %,d bytes at most".formatted(MOST_OPTION_BYTES));
        }
        return text;
    }

    // --- what happens ---

    /**
     * A message has come, maybe for other clients of the user: those that have no session are told. What goes to nobody
     * is told when it has been stored. Does not block.
     */
    void received(Message message) {
        boolean toAll = message.type() == Message.Type.CHAT || message.type() == Message.Type.NORMAL;
        if (!toAll || !isWorthWakingUpFor(message)) {
            return;
        }
        Jid account = message.receiver().bare();
        List<Registration> all = known.getIfPresent(account);
        boolean concerns = all == null || all.stream().anyMatch(this::isAbsent);
        if (concerns && isTaken(message)) {
            long order = came.incrementAndGet();
            Thread.startVirtualThread(() -> tell(account, message, order, this::isAbsent, this::missed));
        }
    }

    private boolean isTaken(Message message) {
        Jid to = message.receiver();
        return to.isFull() && context.sessions().find(to) != null
                || context.sessions().of(to).stream().anyMatch(Session::takesMessages);
    }

    private boolean isAbsent(Registration registration) {
        return registration.resource().isEmpty()
                || context.sessions().find(registration.account().withResource(registration.resource())) == null;
    }

    /** One more message that the client has not been given. */
    private IntSupplier missed(Registration registration) {
        missed.merge(registration.key(), 1, Integer::sum);
        return () -> missing(registration);
    }

    private int missing(Registration registration) {
        return missed.getOrDefault(registration.key(), 0);
    }

    /** A message waits for somebody who is away: all that the user has is told, but for what has been told before. */
    void waiting(Message message) {
        if (isWorthWakingUpFor(message)) {
            Jid account = message.receiver().bare();
            tell(account, message, came.incrementAndGet(), _ -> true, registration -> {
                missed(registration);
                return () -> Math.max(missing(registration), stored(account));
            });
        }
    }

    private int stored(Jid account) {
        return context.optionalService(WaitingMessages.class)
                .map(messages -> messages.count(account))
                .orElse(0);
    }

    /** Something waits for one client that has gone silent (XEP-0198): what that client has asked for is told. */
    void unacked(Unacked unacked) {
        switch (unacked.stanza()) {
            case Message message -> unacked(unacked.session(), message);
            case Presence _ -> unackedRequest(unacked.session());
            case Iq _ -> {}
        }
    }

    private void unacked(Session session, Message sent) {
        Message copied = CarbonCopy.received(sent);
        Message message = copied == null ? sent : copied;
        if (!isWorthWakingUpFor(message)) {
            return;
        }
        AtomicInteger waiting = unacked(session);
        String resource = session.jid().resource();
        tell(
                session.account(),
                message,
                came.incrementAndGet(),
                registration -> registration.resource().equals(resource),
                _ -> {
                    waiting.incrementAndGet();
                    return waiting::get;
                });
    }

    private void unackedRequest(Session session) {
        AtomicInteger waiting = unacked(session);
        String resource = session.jid().resource();
        tellOfRequest(
                session.account(), registration -> registration.resource().equals(resource), _ -> waiting::get);
    }

    private static AtomicInteger unacked(Session session) {
        AtomicInteger waiting = session.kept(UNACKED);
        if (waiting == null) {
            waiting = new AtomicInteger();
            session.keep(UNACKED, waiting);
        }
        return waiting;
    }

    /** Somebody waits for the user's leave to see the user: the clients that are away are told. */
    void asked(Presence request) {
        tellOfRequest(
                request.receiver().bare(), this::isAbsent, registration -> () -> missing(registration));
    }

    private void tellOfRequest(
            Jid account, Predicate<Registration> which, Function<Registration, IntSupplier> count) {
        try {
            for (Registration registration : registrations(account)) {
                if (which.test(registration)) {
                    publisher.publish(new Notice(registration, null, 0, count.apply(registration)));
                }
            }
        } catch (StorageException e) {
            failed(e);
        }
    }

    /** A client has come back to its session: what waited has come. */
    void back(Session session) {
        session.keep(UNACKED, null);
        here(session);
    }

    /** A client is there: what it missed has come, or is in the archive. */
    void here(Session session) {
        List<Registration> all = known.getIfPresent(session.account());
        if (all != null) {
            all.stream()
                    .filter(registration -> registration.resource().equals(session.jid().resource()))
                    .forEach(registration -> missed.remove(registration.key()));
        }
    }

    /** Remembers over a restart how many messages wait for a client. */
    void pack(Luggage luggage) {
        AtomicInteger waiting = luggage.session().kept(UNACKED);
        if (waiting != null) {
            luggage.put("push", Element.of("unacked", NAMESPACE, Integer.toString(waiting.get())));
        }
    }

    void unpack(Luggage luggage) {
        Element waiting = luggage.get("push");
        if (waiting != null) {
            luggage.session().keep(UNACKED, new AtomicInteger(Integer.parseInt(waiting.text())));
        }
    }

    private void tell(
            Jid account,
            Message message,
            long order,
            Predicate<Registration> which,
            Function<Registration, IntSupplier> count) {
        try {
            for (Registration registration : registrations(account)) {
                if (which.test(registration) && isFirst(message, registration)) {
                    publisher.publish(new Notice(registration, message, order, count.apply(registration)));
                }
            }
        } catch (StorageException e) {
            failed(e);
        }
    }

    private void failed(StorageException e) {
        failures.happened(times -> log.warn(
                "A push service is not told of what waits ({} since the last such line): {}", times, e.getMessage()));
    }

    private List<Registration> registrations(Jid account) {
        return known.get(account, _ -> context.database().read(db -> store.all(db, account)));
    }

    /**
     * Whether a service has not been told of a message: it may be given to one client first, and come back and wait.
     */
    private boolean isFirst(Message message, Registration registration) {
        Object key = Told.of(message, registration);
        return key == null || told.asMap().putIfAbsent(key, true) == null;
    }

    /** Whether somebody wants to read it: words, a secret, an invitation or a call. Markers and the like can wait. */
    private static boolean isWorthWakingUpFor(Message message) {
        return message.type() != Message.Type.ERROR && message.children().stream().anyMatch(Push::isWorthWakingUpFor);
    }

    private static boolean isWorthWakingUpFor(Element child) {
        return switch (child.namespace()) {
            case Namespaces.CLIENT -> child.name().equals("body");
            case "urn:xmpp:eme:0" -> child.name().equals("encryption");
            case "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:1", "urn:xmpp:omemo:2" ->
                child.name().equals("encrypted");
            case "urn:xmpp:jingle-message:0" -> child.name().equals("propose");
            case "urn:xmpp:call-invites:0" -> child.name().equals("invite");
            case "jabber:x:conference" -> true;
            default -> false;
        };
    }

    void removeAccount(DSLContext db, Jid account) {
        store.remove(db, account);
    }

    /** An account is no more. */
    void removed(Jid account) {
        forget(account, key -> key.account().equals(account));
    }

    /** A domain is no more. */
    void domainRemoved(String domain) {
        known.asMap().keySet().removeIf(account -> account.domain().equals(domain));
        forget(key -> key.account().domain().equals(domain));
    }

    /** What is stored for an account has changed. */
    private void forget(Jid account, Predicate<Registration.Key> which) {
        known.invalidate(account);
        forget(which);
    }

    private void forget(Predicate<Registration.Key> which) {
        missed.keySet().removeIf(which);
        publisher.forget(which);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
