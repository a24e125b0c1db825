package im.gatehouse.stream;

import im.gatehouse.account.SignInThrottle;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Decision;
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
import im.gatehouse.stream.sasl.TokenMechanism;
import im.gatehouse.stream.sasl.TokenSource;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Leads clients through their attempts to sign in. The limits, the waits of those who guess and the gate are the same
 * whichever profile of SASL carries an attempt, that of RFC 6120 or that of XEP-0388.
 */
public final class SaslAttempts {
    /** After so many failures the stream ends (RFC 6120 section 6.4.5). */
    private static final int MOST_FAILURES = 5;

    private static final SaslResult TOO_MANY_FAILURES =
            new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE, "Too many failed attempts, try later");

    /** What a stream keeps of its attempts. Confined to the stream's lane. */
    static final class Kept {
        private int failures;
        private String name = "";
        private @Nullable Mechanism current;
        private boolean bindingFailed;

        /** What came with the attempt that is under way, when it is one of XEP-0388. */
        @Nullable Sasl2Request request;

        /** What the attempt that is under way proves to have, when it is one by a token. */
        Fast.@Nullable Attempt token;

        /** What the client has still to do once it has proved who it is, or null. */
        Upgrades.@Nullable Pending pending;

        /** Under what name the latest attempt is known at the gate and in the session. */
        String name() {
            return name;
        }
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
    public SaslAttempts(
            Supplier<Map<String, SaslMechanisms>> mechanisms,
            Sessions sessions,
            SignInThrottle throttle,
            BooleanSupplier strictBinding) {
        this.strictBinding = strictBinding;
        this.mechanisms = mechanisms;
        this.sessions = sessions;
        this.throttle = throttle;
    }

    /** What a stream has kept so far. Call it in the stream's lane. */
    Kept kept(ClientStream stream) {
        Kept kept = stream.attempt() instanceof Kept present ? present : new Kept();
        stream.attempt(kept);
        return kept;
    }

    /** The mechanisms for a stream at this moment; empty when it has to be encrypted first. */
    List<MechanismName> offered(ClientStream stream) {
        return mustEncryptFirst(stream) ? List.of() : mechanisms(stream).offer(protection(stream));
    }

    static boolean mustEncryptFirst(ClientStream stream) {
        return stream.entrance().encryptionRequired() && !stream.connection().isSecure();
    }

    /**
     * Begins an attempt by one of {@link #offered}. May block.
     *
     * @param initial the client's first message in base64, null for none
     */
    SaslResult begin(String name, @Nullable String initial, ClientStream stream, Kept kept) {
        Protection protection = protection(stream, kept.bindingFailed);
        return begin(name, mechanisms(stream).begin(name, protection, mayTry(stream)), initial, stream, kept);
    }

    /** As the other one, by a token. */
    SaslResult begin(
            TokenMechanism name, TokenSource tokens, @Nullable String initial, ClientStream stream, Kept kept) {
        Mechanism mechanism = mechanisms(stream).begin(name, protection(stream), mayTry(stream), tokens);
        return begin(name.registered(), mechanism, initial, stream, kept);
    }

    private SaslResult begin(
            String name, Mechanism mechanism, @Nullable String initial, ClientStream stream, Kept kept) {
        kept.name = name;
        kept.current = mechanism;
        SaslResult result = initial == null ? mechanism.start(null) : decoded(initial, mechanism::start);
        return throttled(result, stream, kept);
    }

    private Predicate<String> mayTry(ClientStream stream) {
        return user -> mayTry(stream, Jid.of(user, stream.host()));
    }

    /**
     * Takes the client's next message. May block.
     *
     * @param message in base64
     */
    SaslResult step(String message, ClientStream stream, Kept kept) {
        Mechanism current = kept.current;
        if (current == null) {
            return new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST);
        }
        SaslResult result = mustWait(stream, kept) ? TOO_MANY_FAILURES : decoded(message, current::step);
        return throttled(result, stream, kept);
    }

    /**
     * Withholds the result from who has guessed wrong too often: whether the last guess was right stays unknown. They
     * were asked for before anything was computed, too; but many guesses may have been made at once.
     */
    private SaslResult throttled(SaslResult result, ClientStream stream, Kept kept) {
        if (mustWait(stream, kept)) {
            return TOO_MANY_FAILURES;
        }
        if (result instanceof SaslResult.Failure failure) {
            countWrongPassword(failure, stream, kept);
        }
        return result;
    }

    private boolean mustWait(ClientStream stream, Kept kept) {
        Jid claimed = claimed(stream, kept);
        return claimed != null && !mayTry(stream, claimed);
    }

    private boolean mayTry(ClientStream stream, Jid account) {
        return throttle.mustWait(address(stream), account).isZero();
    }

    private static @Nullable Jid claimed(ClientStream stream, Kept kept) {
        Mechanism current = kept.current;
        String user = current == null ? null : current.claimedUser();
        return user == null ? null : Jid.of(user, stream.host());
    }

    /** What a mechanism refuses so is a guess; what a guard refuses in the same words came with the right password. */
    private void countWrongPassword(SaslResult.Failure failure, ClientStream stream, Kept kept) {
        Jid claimed = claimed(stream, kept);
        if (claimed != null && failure.condition() == SaslCondition.NOT_AUTHORIZED) {
            throttle.failed(address(stream), claimed);
        }
    }

    /** Asks at the gate for who has proved right. Every profile does so before success is told. May block. */
    Decision admit(SaslResult.Success success, ClientStream stream, Kept kept) {
        Jid account = Jid.of(success.authenticatedUser(), stream.host());
        Login login =
                new Login(account, stream.connection().remoteAddress(), stream.connection().transport(), kept.name);
        Decision decision = sessions.admit(login);
        if (decision instanceof Admission) {
            throttle.succeeded(address(stream), account);
        }
        return decision;
    }

    /** The words of SASL for a refusal at the gate. */
    static SaslResult.Failure failure(Refusal refusal) {
        SaslCondition condition =
                switch (refusal.kind()) {
                    case ACCOUNT_DISABLED, NOT_ALLOWED -> SaslCondition.ACCOUNT_DISABLED;
                    case TRY_LATER -> SaslCondition.TEMPORARY_AUTH_FAILURE;
                    case NOT_AUTHORIZED -> SaslCondition.NOT_AUTHORIZED;
                };
        return new SaslResult.Failure(condition, refusal.text());
    }

    /**
     * Ends the attempt that is under way and, after too many, the stream.
     *
     * @param tell tells the client of it
     */
    void refuse(SaslResult.Failure failure, ClientStream stream, Kept kept, Runnable tell) {
        kept.bindingFailed |= !strictBinding.getAsBoolean() && failedToBind(failure, kept);
        kept.current = null;
        kept.request = null;
        kept.token = null;
        kept.pending = null;
        kept.failures++;
        tell.run();
        if (kept.failures >= MOST_FAILURES) {
            stream.fail(StreamError.Condition.POLICY_VIOLATION.error("Too many failed attempts to sign in"));
        }
    }

    /** Whether an attempt by a -PLUS mechanism ended at its first message, for want of that type of binding. */
    private static boolean failedToBind(SaslResult.Failure failure, Kept kept) {
        Mechanism current = kept.current;
        return failure.condition() == SaslCondition.NOT_AUTHORIZED
                && kept.name.endsWith("-PLUS")
                && current != null
                && current.claimedUser() == null;
    }

    private SaslMechanisms mechanisms(ClientStream stream) {
        return Objects.requireNonNull(mechanisms.get().get(stream.host()), "no mechanisms for a host");
    }

    static Protection protection(ClientStream stream) {
        return protection(stream, false);
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
