package im.gatehouse.stream;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.stanza.StreamError.Condition;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Attribute;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.Node;
import im.gatehouse.xml.Text;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of a program outside the server that stands for a domain (XEP-0114): a handshake, then stanzas from the
 * addresses of that domain.
 *
 * <p>What comes in is handled in the stream's lane. Sending and ending are safe from any thread.
 */
public final class ComponentStream implements StreamHandler {
    private static final Logger log = LoggerFactory.getLogger(ComponentStream.class);

    /** How many elements may wait before the connection is no longer read from. */
    private static final int WAITING = 256;

    private static final Duration HANDSHAKE_TIME = Duration.ofSeconds(30);

    /**
     * What all streams of components share.
     *
     * @param domains the domains that programs may stand for
     * @param limits what a program may send at a time once it is known; may change while the server runs
     * @param random makes ids that cannot be guessed
     * @param refused keeps the log from being filled by one who does not know the secret
     */
    public record Shared(
            Map<String, ExternalComponent> domains,
            Router router,
            Time time,
            Supplier<XmlReader.Limits> limits,
            SecureRandom random,
            Seldom refused) {}

    private final Connection connection;
    private final Shared shared;
    private final Lane lane = new Lane(WAITING);
    private final Time.Timer deadline;
    private final String id;

    private boolean open;

    /** Whom the header named. Of the lane. */
    private @Nullable ExternalComponent claimed;

    /** Whose secret the program knew. Of the lane. */
    private @Nullable ExternalComponent known;

    private volatile boolean ended;
    private volatile boolean paused;

    public ComponentStream(Connection connection, Shared shared) {
        this.connection = connection;
        this.shared = shared;
        this.id = newId(shared.random());
        this.lane.whenIdle(this::resumeReading);
        this.deadline = shared.time().after(HANDSHAKE_TIME, () -> lane.add(this::handshakeTookTooLong));
    }

    private static String newId(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    // --- what comes from the connection ---

    @Override
    public void opened(Element header, String defaultNamespace) {
        take(() -> open(header, defaultNamespace));
    }

    @Override
    public void received(Element element) {
        take(() -> handle(element));
    }

    @Override
    public void closed() {
        lane.add(() -> end(null));
    }

    @Override
    public void failed(XmlException cause) {
        lane.add(() -> end(ClientStream.streamError(cause)));
    }

    @Override
    public void disconnected(List<Stanza> undelivered) {
        lane.add(() -> {
            ended = true;
            leave();
            ExternalComponent domain = known;
            if (domain != null) {
                undelivered.forEach(stanza -> domain.away(stanza, lane));
            }
        });
    }

    private void take(Runnable task) {
        if (ended) {
            return;
        }
        lane.add(() -> {
            if (!ended) {
                task.run();
            }
        });
        if (lane.size() > WAITING && !paused) {
            connection.pause();
            paused = true; // after the pause: a lane that empties in between must not resume before it
            if (lane.isIdle()) {
                resumeReading();
            }
        }
    }

    private void resumeReading() {
        if (paused) {
            paused = false;
            connection.resume();
        }
    }

    // --- the handshake ---

    private void open(Element header, String defaultNamespace) {
        StreamError wrong = wrongIn(header, defaultNamespace);
        openOurs();
        if (wrong != null) {
            end(wrong);
        }
    }

    private void openOurs() {
        ExternalComponent domain = claimed;
        connection.open(new StreamHeader(domain == null ? null : domain.domain(), null, id, "en"));
        open = true;
    }

    private @Nullable StreamError wrongIn(Element header, String defaultNamespace) {
        if (!header.is("stream", Namespaces.STREAM)) {
            return (header.name().equals("stream") ? Condition.INVALID_NAMESPACE : Condition.BAD_FORMAT).error();
        }
        if (!defaultNamespace.equals(Namespaces.COMPONENT)) {
            return Condition.INVALID_NAMESPACE.error("Components speak " + Namespaces.COMPONENT + " here");
        }
        String to = header.attribute("to");
        if (to == null) {
            return Condition.IMPROPER_ADDRESSING.error("The stream header needs the component's domain in 'to'");
        }
        claimed = shared.domains().get(prepared(to));
        return claimed == null ? Condition.HOST_UNKNOWN.error() : null;
    }

    private static String prepared(String domain) {
        try {
            return Jid.parse(domain).toString();
        } catch (InvalidJidException _) {
            return domain; // which is nobody's
        }
    }

    private void handle(Element element) {
        ExternalComponent domain = known;
        if (domain != null) {
            handleStanza(ofClients(element), domain);
        } else if (element.is("handshake", Namespaces.COMPONENT) && claimed != null) {
            shakeHands(element.text().strip(), claimed);
        } else {
            end(Condition.NOT_AUTHORIZED.error());
        }
    }

    private void shakeHands(String proof, ExternalComponent domain) {
        byte[] expected = proof(domain.secret()).getBytes(StandardCharsets.US_ASCII);
        byte[] told = proof.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, told)) {
            shared.refused().happened(times ->
                    log.warn("A component's handshake was refused, for it does not know its secret; times: {}", times));
            end(Condition.NOT_AUTHORIZED.error());
            return;
        }
        if (!domain.enter(this)) {
            end(Condition.CONFLICT.error("The component is connected already"));
            return;
        }
        known = domain;
        deadline.cancel();
        connection.limits(shared.limits().get());
        connection.send(Element.of("handshake", Namespaces.CLIENT));
        log.info("The component {} has connected", domain.domain());
    }

    /** The SHA-1 of the stream's id and the secret, in hexadecimal digits (section 3). */
    private String proof(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((id + secret).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    // --- stanzas ---

    private void handleStanza(Element element, ExternalComponent domain) {
        if (!Stanza.isStanza(element)) {
            end(Condition.UNSUPPORTED_STANZA_TYPE.error());
            return;
        }
        Stanza stanza;
        try {
            stanza = Stanza.of(element);
        } catch (StanzaException e) {
            Element answer = Stanza.malformed(element, e.error());
            if (answer != null) {
                connection.send(answer);
            }
            return;
        }
        Jid from = stanza.from();
        if (from == null || !from.domain().equals(domain.domain())) {
            end(Condition.INVALID_FROM.error("A component sends from addresses of its domain"));
        } else if (stanza.to() == null) {
            end(Condition.IMPROPER_ADDRESSING.error("What a component sends needs a receiver"));
        } else {
            shared.router().fromComponent(domain.domain(), stanza, lane);
        }
    }

    /** The element as clients write it: the component's namespace stands for theirs, wherever it occurs. */
    private static Element ofClients(Element element) {
        boolean renamed = element.namespace().equals(Namespaces.COMPONENT);
        Element.Builder copy = Element.builder(element.name(), renamed ? Namespaces.CLIENT : element.namespace());
        for (Attribute attribute : element.attributes()) {
            copy.attribute(attribute.namespace(), attribute.name(), attribute.value());
        }
        for (Node node : element.content()) {
            switch (node) {
                case Element child -> copy.child(ofClients(child));
                case Text(String text) -> copy.text(text);
            }
        }
        return copy.build();
    }

    /** Hands a stanza to the program. */
    void send(Stanza stanza) {
        connection.send(stanza);
    }

    // --- the end ---

    /** Ends the stream because the server stops. */
    void stop() {
        lane.add(() -> end(Condition.SYSTEM_SHUTDOWN.error()));
    }

    private void handshakeTookTooLong() {
        if (known == null && !ended) {
            end(Condition.CONNECTION_TIMEOUT.error("The handshake took too long"));
        }
    }

    private void end(@Nullable StreamError error) {
        if (ended) {
            return;
        }
        ended = true;
        if (!open) {
            openOurs();
        }
        if (error == null) {
            connection.close();
        } else {
            connection.close(error.toElement());
        }
        leave();
    }

    private void leave() {
        deadline.cancel();
        ExternalComponent domain = known;
        if (domain != null) {
            domain.leave(this);
        }
    }
}
