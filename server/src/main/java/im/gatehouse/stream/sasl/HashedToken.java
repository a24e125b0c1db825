package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mechanisms HT (draft-schmaus-kitten-sasl-ht section 3): the client proves in one message that it has a token, and
 * the server proves it, too.
 */
final class HashedToken implements Exchange {
    private final byte[] bindingData;
    private final UserNames names;
    private final TokenSource source;
    private @Nullable String claimedUser;

    /**
     * @param bindingData what both proofs are bound to; empty for nothing
     */
    HashedToken(byte[] bindingData, UserNames names, TokenSource source) {
        this.bindingData = bindingData;
        this.names = names;
        this.source = source;
    }

    @Override
    public SaslResult step(byte[] data) throws Refusal {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        if (end == 0 || end >= data.length - 1) {
            throw Refusal.malformed("The message is a user name and a hash, with NUL between them");
        }
        String user = names.prepare(SaslText.decode(Arrays.copyOf(data, end)));
        claimedUser = user;
        byte[] proof = Arrays.copyOfRange(data, end + 1, data.length);
        for (TokenSource.Token token : source.tokens(user)) {
            if (MessageDigest.isEqual(proof, hash(token, "Initiator"))) {
                return used(token, user);
            }
        }
        throw new Refusal(new SaslResult.Failure(SaslCondition.NOT_AUTHORIZED));
    }

    private SaslResult used(TokenSource.Token token, String user) throws Refusal {
        Optional<SaslCondition> refused = token.use();
        if (refused.isPresent()) {
            throw new Refusal(new SaslResult.Failure(refused.get()));
        }
        return new SaslResult.Success(user, null, hash(token, "Responder"));
    }

    private byte[] hash(TokenSource.Token token, String who) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(who.getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(bindingData);
        return ScramHash.SHA_256.hmac(token.secret().getBytes(StandardCharsets.UTF_8), message.toByteArray());
    }

    @Override
    public @Nullable String claimedUser() {
        return claimedUser;
    }
}
