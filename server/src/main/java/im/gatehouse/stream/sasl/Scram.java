package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import im.gatehouse.account.ScramVerifier;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The SCRAM mechanisms, with and without channel binding (RFC 5802, RFC 7677): the client proves that it knows the
 * password without telling it, and the server that it knows the account.
 *
 * <p>A user who does not exist takes the same way as one who does, against an invented verifier, to the same failure as
 * a wrong password.
 */
final class Scram implements Exchange {
    /**
     * What the exchange is held against.
     *
     * @param hash the mechanism's hash
     * @param bindsChannel whether this is a -PLUS mechanism
     * @param plusOffered whether the client was offered any -PLUS mechanism on this connection
     * @param bindings the connection's channel bindings
     * @param extensions what stands after the iterations of the server's first message, each with a comma before it
     */
    record Terms(
            ScramHash hash, boolean bindsChannel, boolean plusOffered, ChannelBindings bindings, String extensions) {}

    /** What is kept from the first message to the last. */
    private record Opened(
            String user,
            @Nullable String authorizationId,
            byte[] expectedBinding,
            VerifierAnswer answer,
            String nonce,
            String messages) {}

    private final Terms terms;
    private final UserNames names;
    private final CredentialSource credentials;
    private final Supplier<String> nonces;
    private @Nullable Opened opened;

    Scram(Terms terms, UserNames names, CredentialSource credentials, Supplier<String> nonces) {
        this.terms = terms;
        this.names = names;
        this.credentials = credentials;
        this.nonces = nonces;
    }

    @Override
    public SaslResult step(byte[] data) throws Refusal {
        String message = SaslText.decode(data);
        return opened == null ? open(ClientFirst.parse(message)) : close(ClientFinal.parse(message), opened);
    }

    @Override
    public @Nullable String claimedUser() {
        return opened == null ? null : opened.user;
    }

    private SaslResult open(ClientFirst first) throws Refusal {
        byte[] expectedBinding = expectedBinding(first);
        String user = names.prepare(first.user());
        String authorizationId = names.authorize(user, first.authorizationId());
        VerifierAnswer answer = credentials.verifier(user, terms.hash);
        String nonce = first.nonce() + nonces.get();
        String reply = serverFirst(nonce, answer.verifier()) + terms.extensions;
        opened = new Opened(
                user, authorizationId, expectedBinding, answer, nonce, first.bare() + ',' + reply + ',');
        return new SaslResult.Challenge(reply.getBytes(StandardCharsets.UTF_8));
    }

    /** The {@code server-first-message} without its extensions. */
    private static String serverFirst(String nonce, ScramVerifier verifier) {
        return "r=" + nonce + ",s=" + SaslBase64.encode(verifier.salt()) + ",i=" + verifier.iterations();
    }

    private SaslResult close(ClientFinal last, Opened opened) throws Refusal {
        if (!MessageDigest.isEqual(last.binding(), opened.expectedBinding)) {
            throw new Refusal(SaslCondition.NOT_AUTHORIZED, "The channel binding does not fit this connection");
        }
        if (!last.nonce().equals(opened.nonce)) {
            throw new Refusal(SaslCondition.NOT_AUTHORIZED, "The nonce is not the one of this exchange");
        }
        ScramKeys keys = ScramKeys.of(terms.hash);
        ScramVerifier verifier = opened.answer.verifier();
        String authMessage = opened.messages + last.withoutProof();
        // Both are worked out before either is looked at, so that an invented account costs what a true one does.
        boolean proven = keys.proves(last.proof(), verifier, authMessage);
        byte[] signature = keys.sign(verifier.serverKey(), authMessage);
        if (!(proven & opened.answer.real())) {
            throw new Refusal(new SaslResult.Failure(SaslCondition.NOT_AUTHORIZED));
        }
        String serverFinal = "v=" + SaslBase64.encode(signature);
        return new SaslResult.Success(
                opened.user, opened.authorizationId, serverFinal.getBytes(StandardCharsets.UTF_8));
    }

    /** What the client must repeat in {@code c=}: its own header and, with -PLUS, the channel's bytes. */
    private byte[] expectedBinding(ClientFirst first) throws Refusal {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(first.header().getBytes(StandardCharsets.UTF_8));
        expected.writeBytes(channelData(first.binding()));
        return expected.toByteArray();
    }

    private byte[] channelData(ClientFirst.Binding binding) throws Refusal {
        return switch (binding) {
            case ClientFirst.Binding.Used used -> usedData(used.type());
            case ClientFirst.Binding _ when terms.bindsChannel ->
                throw Refusal.malformed("A -PLUS mechanism was chosen without channel binding");
            case ClientFirst.Binding.BelievedMissing _ when terms.plusOffered ->
                throw new Refusal(
                        SaslCondition.NOT_AUTHORIZED,
                        "The server does offer channel binding: somebody may have changed what it offered");
            case ClientFirst.Binding.BelievedMissing _, ClientFirst.Binding.Unsupported _ -> new byte[0];
        };
    }

    private byte[] usedData(String type) throws Refusal {
        if (!terms.bindsChannel) {
            throw Refusal.malformed("Channel binding needs a -PLUS mechanism");
        }
        return terms.bindings
                .data(type)
                .orElseThrow(() -> new Refusal(
                        SaslCondition.NOT_AUTHORIZED, "This connection has no channel binding of that type"));
    }
}
