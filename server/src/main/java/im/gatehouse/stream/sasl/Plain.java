package im.gatehouse.stream.sasl;

import org.jspecify.annotations.Nullable;

/** The mechanism PLAIN (RFC 4616): user and password as they are, hence only inside TLS. */
final class Plain implements Exchange {
    private final UserNames names;
    private final CredentialSource credentials;
    private @Nullable String claimedUser;

    Plain(UserNames names, CredentialSource credentials) {
        this.names = names;
        this.credentials = credentials;
    }

    @Override
    public SaslResult step(byte[] data) throws Refusal {
        String[] parts = SaslText.decode(data).split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
            throw Refusal.malformed("PLAIN is an address or nothing, a user name, a password, with NUL between them");
        }
        String user = names.prepare(parts[1]);
        claimedUser = user;
        String authorizationId = names.authorize(user, parts[0].isEmpty() ? null : parts[0]);
        if (!credentials.passwordMatches(user, parts[2])) {
            throw new Refusal(new SaslResult.Failure(SaslCondition.NOT_AUTHORIZED));
        }
        return new SaslResult.Success(user, authorizationId, new byte[0]);
    }

    @Override
    public @Nullable String claimedUser() {
        return claimedUser;
    }
}
