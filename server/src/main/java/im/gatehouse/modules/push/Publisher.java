package im.gatehouse.modules.push;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.StoredXml;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes notifications to the services of users' apps (XEP-0357 section 7). A service that has not answered is asked
 * one thing at a time: what comes meanwhile is told with its answer, in one notification. Safe from any thread.
 */
final class Publisher {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final String PUBSUB = "http://jabber.org/protocol/pubsub";
    private static final String SUMMARY = "urn:xmpp:push:summary";
    private static final String ID_PREFIX = "push-";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What may be over the next time. All else says that the service will not have it. */
    private static final Set<String> PASSING = Set.of(
            "remote-server-timeout", "remote-server-not-found", "internal-server-error", "resource-constraint",
            "recipient-unavailable", "undefined-condition");

    /** What the lane is offered is never refused: there is one thing under way for each registration at most. */
    private static final int WAITING = Integer.MAX_VALUE - 1;

    /** What is under way for a registration. Guarded by itself. */
    private static final class State {
        private @Nullable String asked;
        private Time.@Nullable Timer patience;
        private @Nullable Notice next;
        private int failures;

        /** The message that came last. */
        private @Nullable Notice newest;

        /** The message that is told next, or null. */
        private @Nullable Message untold;

        /** Whether the registration is being removed: whoever still has it in hand tells the service nothing. */
        private boolean isOver;
    }

    private final ModuleContext context;
    private final PushMetrics metrics;
    private final PushStore store = new PushStore();
    private final Lane lane = new Lane(WAITING);
    private final SecureRandom random = new SecureRandom();
    private final Map<Registration.Key, State> states = new ConcurrentHashMap<>();
    private final Map<String, Registration.Key> questions = new ConcurrentHashMap<>();
    private volatile PushConfig config;

    /** Hears of registrations that have ended. Set before anything else is done. */
    private Consumer<Registration.Key> ended = _ -> {};

    Publisher(PushConfig config, ModuleContext context, PushMetrics metrics) {
        this.config = config;
        this.context = context;
        this.metrics = metrics;
    }

    void onEnd(Consumer<Registration.Key> hearer) {
        ended = hearer;
    }

    void config(PushConfig fresh) {
        config = fresh;
    }

    /** Begins anew with registrations: what failed before no longer counts. */
    void forget(Predicate<Registration.Key> which) {
        List<Registration.Key> gone = states.keySet().stream().filter(which).toList();
        for (Registration.Key key : gone) {
            State state = states.remove(key);
            if (state != null) {
                settle(state);
            }
        }
    }

    // --- out ---

    /**
     * Something of which a service is to be told.
     *
     * @param message the message that came, or null when it is no message that is told
     * @param order larger than those of messages that came before
     * @param messages counts how many wait; asked when the service is really told, and may block
     */
    record Notice(Registration registration, @Nullable Message message, long order, IntSupplier messages) {}

    /**
     * What a service is told.
     *
     * @param last the message that came last, or null when it is no message that is told
     * @param messages how many wait
     * @param requests how many requests to see the user wait
     */
    private record Summary(@Nullable Message last, int messages, int requests) {}

    /**
     * Tells a service that something waits; with all that comes meanwhile when it has not answered yet. A registration
     * that is just ending is told nothing, unless it cannot be removed. May block.
     */
    void publish(Notice notice) {
        Registration registration = notice.registration;
        State state = states.computeIfAbsent(registration.key(), _ -> new State());
        String id;
        Message last;
        synchronized (state) {
            note(notice, state);
            if (state.isOver || state.asked != null) {
                if (state.next == null || notice.message != null) {
                    state.next = notice;
                }
                return;
            }
            id = ask(registration, state);
            last = state.untold;
            state.untold = null;
        }
        // Counted without the lock: who tells of more meanwhile need not wait.
        int messages = count(notice.messages);
        int requests = count(() -> requests(registration.account()));
        Summary summary = new Summary(last, last == null ? messages : Math.max(1, messages), requests);
        Iq request = Iq.of(
                Iq.Type.SET,
                registration.account(),
                registration.service(),
                id,
                pubsub(registration, notification(summary)));
        metrics.published(registration.account());
        lane.add(() -> context.router().route(request, lane));
    }

    /** Threads overtake each other: what came last is told even if another hands its message in later. */
    private static void note(Notice notice, State state) {
        if (notice.message != null) {
            if (state.newest == null || notice.order > state.newest.order) {
                state.newest = notice;
            }
            state.untold = state.newest.message;
        }
    }

    private String ask(Registration registration, State state) {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        String id = ID_PREFIX + HexFormat.of().formatHex(bytes);
        state.asked = id;
        state.patience = context.time().after(
                PATIENCE, () -> lane.add(() -> lane.blocking(() -> answered(id, "remote-server-timeout"))));
        questions.put(id, registration.key());
        return id;
    }

    private int requests(Jid account) {
        return context.optionalService(Rosters.class)
                .map(rosters -> rosters.requests(account))
                .orElse(0);
    }

    /** What cannot be counted now is left out: a phone had better be woken up with less than not at all. */
    private static int count(IntSupplier counter) {
        try {
            return counter.getAsInt();
        } catch (StorageException e) {
            log.debug("What waits could not be counted for a push service: {}", e.getMessage());
            return 0;
        }
    }

    private Element notification(Summary summary) {
        PushConfig now = config;
        List<Field> fields = new ArrayList<>();
        fields.add(Field.of("message-count", FieldType.TEXT_SINGLE, null, Integer.toString(summary.messages)));
        if (summary.requests > 0) {
            fields.add(Field.of(
                    "pending-subscription-count", FieldType.TEXT_SINGLE, null, Integer.toString(summary.requests)));
        }
        Message last = summary.last;
        if (now.includeSender() && last != null) {
            fields.add(Field.of("last-message-sender", FieldType.JID_SINGLE, null, last.sender().toString()));
        }
        Element body = last == null ? null : last.child("body", Namespaces.CLIENT);
        if (now.includeBody() && body != null) {
            fields.add(Field.of("last-message-body", FieldType.TEXT_SINGLE, null, body.text()));
        }
        return Element.builder("notification", Push.NAMESPACE)
                .child(DataForm.of(DataForm.Type.SUBMIT, SUMMARY, null, fields).toElement())
                .build();
    }

    private static Element pubsub(Registration registration, Element notification) {
        String node = registration.node();
        Element.Builder pubsub = Element.builder("pubsub", PUBSUB)
                .child(Element.builder("publish", PUBSUB)
                        .attribute("node", node.isEmpty() ? null : node)
                        .child(Element.builder("item", PUBSUB).child(notification).build())
                        .build());
        if (!registration.options().isEmpty()) {
            pubsub.child(Element.builder("publish-options", PUBSUB)
                    .child(StoredXml.read(registration.options()))
                    .build());
        }
        return pubsub.build();
    }

    // --- in ---

    /** Somebody has answered something; perhaps a service to us. Does not block. */
    void answered(Iq answer) {
        String id = answer.id();
        if (id == null || !id.startsWith(ID_PREFIX)) {
            return;
        }
        Registration.Key key = questions.get(id);
        if (key == null
                || !answer.sender().equals(key.service())
                || !answer.receiver().bare().equals(key.account())) {
            return;
        }
        String condition = answer.type() == Iq.Type.ERROR ? condition(answer) : null;
        lane.add(() -> lane.blocking(() -> answered(id, condition)));
    }

    private static String condition(Iq answer) {
        Element error = answer.child("error", Namespaces.CLIENT);
        if (error == null) {
            return "undefined-condition";
        }
        return error.children().stream()
                .filter(child -> child.namespace().equals(Namespaces.STANZA_ERRORS) && !child.name().equals("text"))
                .map(Element::name)
                .findFirst()
                .orElse("undefined-condition");
    }

    /**
     * A service has answered, or will not. May block.
     *
     * @param condition of the error; null when all went well
     */
    private void answered(String id, @Nullable String condition) {
        Registration.Key key = questions.remove(id);
        State state = key == null ? null : states.get(key);
        if (key == null || state == null) {
            return;
        }
        Notice next;
        boolean over;
        synchronized (state) {
            if (!id.equals(state.asked)) {
                return;
            }
            next = state.next;
            settle(state);
            state.failures = condition == null ? 0 : state.failures + 1;
            over = condition != null
                    && (!PASSING.contains(condition) || state.failures >= config.maxFailures());
            state.isOver = over;
        }
        if (condition != null) {
            metrics.failed(key.account());
        }
        if (over) {
            end(key, state, String.valueOf(condition));
        } else if (next != null) {
            publish(next);
        } else if (condition == null) {
            states.remove(key, state);
        }
    }

    private void settle(State state) {
        synchronized (state) {
            String asked = state.asked;
            if (asked != null) {
                questions.remove(asked);
            }
            if (state.patience != null) {
                state.patience.cancel();
            }
            state.asked = null;
            state.patience = null;
            state.next = null;
        }
    }

    private void end(Registration.Key key, State state, String condition) {
        try {
            context.database().write(db -> {
                store.remove(db, key);
                return true;
            });
            ended.accept(key);
            metrics.disabled(key.account());
            log.debug("A push registration has ended: {}", condition);
            return;
        } catch (StorageException e) {
            log.warn("A push registration that failed could not be removed: {}", e.getMessage());
        } finally {
            states.remove(key, state); // only now: a fresh one in its place would be told of what comes meanwhile
        }
        Notice meanwhile;
        synchronized (state) {
            meanwhile = state.next;
        }
        if (meanwhile != null) {
            publish(meanwhile);
        }
    }
}
