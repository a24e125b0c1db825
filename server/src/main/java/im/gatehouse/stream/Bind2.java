package im.gatehouse.stream;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The binding of a resource within the sign-in, together with what the session is to have from its first moment on
 * (XEP-0386). A client gets the same resource each time, and its own older sessions end.
 */
public final class Bind2 {
    static final String NAMESPACE = "urn:xmpp:bind:0";

    private static final Logger log = LoggerFactory.getLogger(Bind2.class);
    private static final int ID_BYTES = 9;
    private static final StreamError REPLACED =
            StreamError.Condition.CONFLICT.error("Replaced by a new session of this client");

    /** What came of it. */
    sealed interface Outcome {
        /**
         * The session stands.
         *
         * @param bound what the client is told
         */
        record Bound(Session session, Element bound) implements Outcome {}

        /**
         * There is none.
         *
         * @param failed what the client is told
         * @param consequence what becomes of the stream once the client has been told
         */
        record Failed(Element failed, Consumer<ClientStream> consequence) implements Outcome {}
    }

    private final InlineFeatures inline;
    private final Sessions sessions;
    private final SecureRandom random;
    private final SecretKeySpec secret;

    /**
     * @param secret makes resources that nobody can guess; the same after every start, at least 16 bytes
     */
    public Bind2(InlineFeatures inline, Sessions sessions, SecureRandom random, byte[] secret) {
        this.inline = inline;
        this.sessions = sessions;
        this.random = random;
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** What is announced of it within {@code <authentication/>}. */
    Element offer() {
        Element.Builder features = Element.builder("inline", NAMESPACE);
        for (InlineFeature feature : inline.atBinding()) {
            String announced = feature.announced();
            if (announced != null) {
                features.child(Element.builder("feature", NAMESPACE).attribute("var", announced).build());
            }
        }
        Element all = features.build();
        Element.Builder offer = Element.builder("bind", NAMESPACE);
        return (all.children().isEmpty() ? offer : offer.child(all)).build();
    }

    /**
     * Begins a session for who has signed in. May block.
     *
     * @param bind what the client asks for
     * @param client the client's own id, null when it tells none
     * @param tell tells the client what came of it. When the session stands, it is called before what others send goes
     *     to the client
     */
    void bind(Element bind, @Nullable String client, ClientStream stream, Consumer<Outcome> tell) {
        Jid account = Objects.requireNonNull(stream.account());
        Jid full = resource(account, bind.childText("tag", NAMESPACE), client);
        Registration outcome = stream.begin(full, Sessions.Conflict.REPLACE, session -> {
            if (client != null) {
                endOlderSessions(session, client);
            }
            tell.accept(new Outcome.Bound(session, bound(bind, session, stream)));
        });
        if (!(outcome instanceof Registration.Registered)) {
            tell.accept(failed(outcome));
        }
    }

    /**
     * The full address for a client: the same for the same client and tag, so that rooms and contacts know it again.
     */
    private Jid resource(Jid account, @Nullable String tag, @Nullable String client) {
        String id = client == null ? madeUp() : derived(account, tag, client);
        if (tag == null || tag.isBlank()) {
            return account.withResource(id);
        }
        try {
            return account.withResource(tag + '/' + id);
        } catch (InvalidJidException e) {
            return account.withResource(id); // the tag is a wish, and no resource can hold this one
        }
    }

    private String madeUp() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    private String derived(Jid account, @Nullable String tag, String client) {
        String of = "resource\0" + account + '\0' + client + '\0' + (tag == null ? "" : tag);
        try {
            Mac mac = Mac.getInstance(secret.getAlgorithm());
            mac.init(secret);
            return text(Arrays.copyOf(mac.doFinal(of.getBytes(StandardCharsets.UTF_8)), ID_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java has no " + secret.getAlgorithm(), e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void endOlderSessions(Session session, String client) {
        session.keep(UserAgent.CLIENT, client);
        for (Session other : sessions.of(session.account())) {
            if (other == session) {
                return; // those behind it are younger, and end this one if it is theirs
            }
            if (client.equals(other.kept(UserAgent.CLIENT))) {
                other.end(REPLACED);
            }
        }
    }

    private Element bound(Element bind, Session session, ClientStream stream) {
        Element.Builder bound = Element.builder("bound", NAMESPACE);
        for (InlineFeature feature : inline.atBinding()) {
            bind.children().stream()
                    .filter(feature::takes)
                    .findFirst()
                    .ifPresent(request -> bound.child(begin(feature, request, session, stream)));
        }
        // Only now: how far the archive goes, for instance, must be told of a session that misses nothing any more.
        for (InlineFeature feature : inline.atBinding()) {
            if (feature.announced() == null) {
                bound.child(begin(feature, null, session, stream));
            }
        }
        return bound.build();
    }

    private static @Nullable Element begin(
            InlineFeature feature, @Nullable Element request, Session session, ClientStream stream) {
        try {
            return feature.begin(request, session, stream);
        } catch (RuntimeException e) { // the boundary to modules: the session stands, with or without this
            log.warn("{} could not be turned on with a session", feature.getClass().getSimpleName(), e);
            return null;
        }
    }

    private static Outcome failed(Registration outcome) {
        return switch (outcome) {
            case Registration.Registered _ -> throw new IllegalStateException("The session stands");
            case Registration.InUse _ ->
                failed(Condition.CONFLICT
                        .error("The older session of this client has not ended yet, try later")
                        .type(StanzaError.Type.WAIT));
            case Registration.TooMany _ ->
                failed(Condition.RESOURCE_CONSTRAINT.error("This account has too many sessions"));
            case Registration.Refused(Refusal refusal) -> refused(refusal);
        };
    }

    /** The client has signed in, and may ask for a session again in the way of RFC 6120. */
    private static Outcome failed(StanzaError error) {
        return new Outcome.Failed(element(error), ClientStream::offerFeatures);
    }

    private static Outcome refused(Refusal refusal) {
        return switch (refusal.kind()) {
            case ACCOUNT_DISABLED, NOT_ALLOWED ->
                new Outcome.Failed(element(Condition.NOT_ALLOWED.error().text(refusal.text())), ClientStream::close);
            case NOT_AUTHORIZED ->
                new Outcome.Failed(
                        element(Condition.NOT_AUTHORIZED.error().text(refusal.text())),
                        stream -> stream.fail(StreamError.Condition.NOT_AUTHORIZED.error()));
            case TRY_LATER ->
                failed(Condition.INTERNAL_SERVER_ERROR
                        .error()
                        .type(StanzaError.Type.WAIT)
                        .text(refusal.text()));
        };
    }

    private static Element element(StanzaError error) {
        return Element.builder("failed", NAMESPACE).child(error.toElement()).build();
    }
}
