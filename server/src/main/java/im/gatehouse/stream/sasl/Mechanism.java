package im.gatehouse.stream.sasl;

import im.gatehouse.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's attempt to sign in, from its first message to success or failure.
 *
 * <p>An attempt looks up accounts and so may block: call it on a virtual thread, never on an event loop. It keeps the
 * state of one exchange and serves one thread at a time. It never throws, whatever the client sends and whatever
 * befalls the accounts' storage. After a success or a failure every further message fails with
 * {@link SaslCondition#MALFORMED_REQUEST}.
 */
public final class Mechanism {
    /** The longest message that is read, in bytes: a user name, an address, a password or a nonce need no more. */
    public static final int MAX_MESSAGE = 4096;

    private static final Logger log = LoggerFactory.getLogger(Mechanism.class);

    /** For logs only: never what a client made up. */
    private final String name;
    private final Exchange exchange;
    private boolean over;

    Mechanism(String name, Exchange exchange) {
        this.name = name;
        this.exchange = exchange;
    }

    /**
     * Takes what came with the choice of the mechanism (RFC 6120 §6.4.2).
     *
     * @param initialResponse the client's first message, without base64; null when it sent none and so waits for an
     *     empty challenge. An empty message is not the same as none
     */
    public SaslResult start(byte @Nullable [] initialResponse) {
        return initialResponse == null ? answer(exchange::invite) : step(initialResponse);
    }

    /**
     * Takes the client's next message.
     *
     * @param data the message without base64; it is not changed
     */
    public SaslResult step(byte[] data) {
        if (data.length > MAX_MESSAGE) {
            return answer(() -> {
                throw Refusal.malformed("The message is longer than " + MAX_MESSAGE + " bytes");
            });
        }
        return answer(() -> exchange.step(data));
    }

    /** Whom the client says it is, prepared; null until it has said so. Nothing is proven by that. */
    public @Nullable String claimedUser() {
        return exchange.claimedUser();
    }

    private SaslResult answer(Turn turn) {
        if (over) {
            return new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST, "This exchange is over");
        }
        SaslResult result = guarded(turn);
        over = !(result instanceof SaslResult.Challenge);
        return result;
    }

    private SaslResult guarded(Turn turn) {
        try {
            return turn.take();
        } catch (Refusal refusal) {
            return refusal.failure();
        } catch (StorageException e) {
            log.debug("A sign-in by {} could not be decided: {}", name, e.getMessage()); // the source has warned
            return new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE);
        } catch (RuntimeException e) { // the boundary to whatever keeps the accounts
            log.warn("A sign-in by {} could not be decided", name, e);
            return new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE);
        }
    }

    @Override
    public String toString() {
        return "Mechanism[" + name + "]";
    }

    @FunctionalInterface
    private interface Turn {
        SaslResult take() throws Refusal;
    }
}
