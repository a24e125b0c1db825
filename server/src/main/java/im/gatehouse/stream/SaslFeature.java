package im.gatehouse.stream;

import im.gatehouse.account.SignInThrottle;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Login;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.stream.sasl.Mechanism;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.Protection;
import im.gatehouse.stream.sasl.SaslBase64;
import im.gatehouse.stream.sasl.SaslCondition;
import im.gatehouse.stream.sasl.SaslMechanisms;
import im.gatehouse.stream.sasl.SaslResult;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sign-in (RFC 6120 section 6). Whoever proves right is then asked for at {@link Sessions#admit}, whatever the
 * mechanism, before success is told.
 */
public final class SaslFeature implements StreamFeature {
    /** After so many failures the stream ends (RFC 6120 section 6.4.5). */
    private static final int MOST_FAILURES = 5;

    private static final SaslResult TOO_MANY_FAILURES =
            new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE, "Too many failed attempts, try later");

    /** What a stream keeps of its attempts. */
    private static final class Attempts {
        private int failures;
        private String name = "";
        private @Nullable Mechanism current;
        private boolean bindingFailed;
    }

    private final Supplier<Map<String, SaslMechanisms>> mechanisms;
    private final Sessions sessions;
    private final SignInThrottle throttle;
    private final BooleanSupplier strictBinding;

    /**
     * @param mechanisms by host; may change while the server runs
     * @param strictBinding whether a client that failed to bind by a type that is not offered must not go on without
     *     binding when it says wrongly that none is offered (RFC 5802 section 6 to the letter); may change
     */
    public SaslFeature(
            Supplier<Map<String, SaslMechanisms>> mechanisms,
            Sessions sessions,
            SignInThrottle throttle,
            BooleanSupplier strictBinding) {
        this.strictBinding = strictBinding;
        this.mechanisms = mechanisms;
        this.sessions = sessions;
        this.throttle = throttle;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        if (stream.account() != null || mustEncryptFirst(stream)) {
            return null;
        }
        List<MechanismName> offered = mechanisms(stream).offer(protection(stream, false));
        if (offered.isEmpty()) {
            return null;
        }
        Element.Builder offer = Element.builder("mechanisms", Namespaces.SASL);
        offered.forEach(name -> offer.child("mechanism", name.registered()));
        return offer.build();
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.namespace().equals(Namespaces.SASL) && stream.account() == null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        Attempts attempts = stream.attempt() instanceof Attempts present ? present : new Attempts();
        stream.attempt(attempts);
        stream.lane()
                .blocking(() -> answer(throttled(turn(element, stream, attempts), stream, attempts), stream, attempts));
    }

    /**
     * Withholds the result from who has guessed wrong too often: whether the last guess was right stays unknown. They
     * were asked for before anything was computed, too; but many guesses may have been made at once.
     */
    private SaslResult throttled(SaslResult result, ClientStream stream, Attempts attempts) {
        return mustWait(stream, attempts) ? TOO_MANY_FAILURES : result;
    }

    private boolean mustWait(ClientStream stream, Attempts attempts) {
        Jid claimed = claimed(stream, attempts);
        return claimed != null && !mayTry(stream, claimed);
    }

    private boolean mayTry(ClientStream stream, Jid account) {
        return throttle.mustWait(address(stream), account).isZero();
    }

    private static @Nullable Jid claimed(ClientStream stream, Attempts attempts) {
        Mechanism current = attempts.current;
        String user = current == null ? null : current.claimedUser();
        return user == null ? null : Jid.of(user, stream.host());
    }

    private SaslResult turn(Element element, ClientStream stream, Attempts attempts) {
        if (mustEncryptFirst(stream)) {
            return new SaslResult.Failure(SaslCondition.ENCRYPTION_REQUIRED);
        }
        return switch (element.name()) {
            case "auth" -> begin(element, stream, attempts);
            case "response" -> {
                Mechanism current = attempts.current;
                if (current == null) {
                    yield new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST);
                }
                yield mustWait(stream, attempts) ? TOO_MANY_FAILURES : decoded(element.text(), current::step);
            }
            case "abort" -> new SaslResult.Failure(SaslCondition.ABORTED);
            default -> new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST);
        };
    }

    private SaslResult begin(Element auth, ClientStream stream, Attempts attempts) {
        attempts.name = auth.attributeOr("mechanism", "");
        Mechanism mechanism = mechanisms(stream)
                .begin(
                        attempts.name,
                        protection(stream, attempts.bindingFailed),
                        user -> mayTry(stream, Jid.of(user, stream.host())));
        attempts.current = mechanism;
        return auth.text().isEmpty() ? mechanism.start(null) : decoded(auth.text(), mechanism::start);
    }

    private void answer(SaslResult result, ClientStream stream, Attempts attempts) {
        switch (result) {
            case SaslResult.Challenge(byte[] data) ->
                stream.send(Element.of("challenge", Namespaces.SASL, SaslBase64.text(data)));
            case SaslResult.Success success -> admit(success, stream, attempts);
            case SaslResult.Failure failure -> {
                countWrongPassword(failure, stream, attempts);
                refuse(failure, stream, attempts);
            }
        }
    }

    private void admit(SaslResult.Success success, ClientStream stream, Attempts attempts) {
        Jid account = Jid.of(success.authenticatedUser(), stream.host());
        Login login = new Login(
                account, stream.connection().remoteAddress(), stream.connection().transport(), attempts.name);
        switch (sessions.admit(login)) {
            case Refusal refusal -> refuse(failure(refusal), stream, attempts);
            case Admission admission -> {
                throttle.succeeded(address(stream), account);
                stream.signedIn(admission);
                stream.connection().sendAndRestart(success(success.additionalData()));
            }
        }
    }

    private static Element success(byte[] data) {
        return Element.of("success", Namespaces.SASL, data.length == 0 ? "" : SaslBase64.text(data));
    }

    /** What a mechanism refuses so is a guess; what a guard refuses in the same words came with the right password. */
    private void countWrongPassword(SaslResult.Failure failure, ClientStream stream, Attempts attempts) {
        Jid claimed = claimed(stream, attempts);
        if (claimed != null && failure.condition() == SaslCondition.NOT_AUTHORIZED) {
            throttle.failed(address(stream), claimed);
        }
    }

    private void refuse(SaslResult.Failure failure, ClientStream stream, Attempts attempts) {
        attempts.bindingFailed |= !strictBinding.getAsBoolean() && failedToBind(failure, attempts);
        attempts.current = null;
        attempts.failures++;
        stream.send(toElement(failure));
        if (attempts.failures >= MOST_FAILURES) {
            stream.fail(StreamError.Condition.POLICY_VIOLATION.error("Too many failed attempts to sign in"));
        }
    }

    /** Whether an attempt by a -PLUS mechanism ended at its first message, for want of that type of binding. */
    private static boolean failedToBind(SaslResult.Failure failure, Attempts attempts) {
        Mechanism current = attempts.current;
        return failure.condition() == SaslCondition.NOT_AUTHORIZED
                && attempts.name.endsWith("-PLUS")
                && current != null
                && current.claimedUser() == null;
    }

    private static Element toElement(SaslResult.Failure failure) {
        Element.Builder element = Element.builder("failure", Namespaces.SASL)
                .child(failure.condition().wire());
        String text = failure.text();
        if (text != null) {
            element.child(Element.builder("text", Namespaces.SASL).lang("en").text(text).build());
        }
        return element.build();
    }

    /** The words of SASL for a refusal at the gate. */
    private static SaslResult.Failure failure(Refusal refusal) {
        SaslCondition condition =
                switch (refusal.kind()) {
                    case ACCOUNT_DISABLED, NOT_ALLOWED -> SaslCondition.ACCOUNT_DISABLED;
                    case TRY_LATER -> SaslCondition.TEMPORARY_AUTH_FAILURE;
                    case NOT_AUTHORIZED -> SaslCondition.NOT_AUTHORIZED;
                };
        return new SaslResult.Failure(condition, refusal.text());
    }

    private SaslMechanisms mechanisms(ClientStream stream) {
        return java.util.Objects.requireNonNull(mechanisms.get().get(stream.host()), "no mechanisms for a host");
    }

    private static boolean mustEncryptFirst(ClientStream stream) {
        return stream.entrance().encryptionRequired() && !stream.connection().isSecure();
    }

    private static Protection protection(ClientStream stream, boolean bindingFailed) {
        Connection connection = stream.connection();
        return new Protection(connection.isSecure(), connection.channelBindings(), bindingFailed);
    }

    private static InetAddress address(ClientStream stream) {
        return stream.connection().remoteAddress().getAddress();
    }

    private static SaslResult decoded(String text, Function<byte[], SaslResult> next) {
        return SaslBase64.message(text)
                .map(next)
                .orElseGet(() -> new SaslResult.Failure(SaslCondition.INCORRECT_ENCODING));
    }
}
