package im.gatehouse.modules.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.form.DataForm;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.WaitingMessages;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.Unacked;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /** A message as it is known by until its client is given up and it is stored: then it has been told already. */
    private record Told(Jid from, Jid account, String id) {
        static @Nullable Told of(Message message) {
            String id = message.id();
            return id == null ? null : new Told(message.sender(), message.receiver().bare(), id);
        }
    }

    private final PushStore store = new PushStore();
    private final Cache<Object, Boolean> told;
    private final ModuleContext context;
    private final Publisher publisher;
    private volatile PushConfig config;

    Push(PushConfig config, ModuleContext context, Publisher publisher) {
        this.config = config;
        this.context = context;
        this.publisher = publisher;
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
        publisher.forget(added.key());
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
        publisher.forget(account, service, node);
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

    /** A message waits for somebody who is away: all that the user has is told. */
    void waiting(Message message) {
        Object key = Told.of(message);
        if (!isWorthWakingUpFor(message) || key != null && told.asMap().remove(key) != null) {
            return;
        }
        Jid account = message.receiver().bare();
        tell(account, message, _ -> true, () -> context.optionalService(WaitingMessages.class)
                .map(messages -> messages.count(account))
                .orElse(1));
    }

    /** A message waits for one client that has gone silent (XEP-0198): what that client has asked for is told. */
    void unacked(Unacked unacked) {
        Message message = unacked.message();
        Session session = unacked.session();
        if (!isWorthWakingUpFor(message)) {
            return;
        }
        AtomicInteger waiting = session.kept(UNACKED);
        if (waiting == null) {
            waiting = new AtomicInteger();
            session.keep(UNACKED, waiting);
        }
        int count = waiting.incrementAndGet();
        Object key = Told.of(message);
        if (key != null) {
            told.put(key, true);
        }
        String resource = session.jid().resource();
        tell(session.account(), message, registration -> registration.resource().equals(resource), () -> count);
    }

    /** The client is back: what waited has come. */
    void resumed(Session session) {
        session.keep(UNACKED, null);
    }

    private void tell(Jid account, Message message, Predicate<Registration> which, IntSupplier count) {
        try {
            List<Registration> told = context.database().read(db -> store.all(db, account)).stream()
                    .filter(which)
                    .toList();
            if (!told.isEmpty()) {
                int waiting = count.getAsInt();
                told.forEach(registration -> publisher.publish(registration, message, waiting));
            }
        } catch (StorageException e) {
            log.warn("A push service is not told of a message: {}", e.getMessage());
        }
    }

    /** Whether somebody wants to read it: words, a secret, or a call. Markers and the like can wait. */
    private static boolean isWorthWakingUpFor(Message message) {
        return message.has("body", "jabber:client")
                || message.has("encryption", "urn:xmpp:eme:0")
                || message.has("encrypted", "eu.siacs.conversations.axolotl")
                || message.has("propose", "urn:xmpp:jingle-message:0");
    }

    void removeAccount(DSLContext db, Jid account) {
        store.remove(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
