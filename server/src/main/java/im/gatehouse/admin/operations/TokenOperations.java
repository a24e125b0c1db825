package im.gatehouse.admin.operations;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.SignInToken;
import im.gatehouse.account.SignInTokens;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminOperations;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code token}: shows which clients can sign in without a password, and takes that from them. */
public final class TokenOperations {
    private record TokenRow(
            String client,
            @Nullable String software,
            @Nullable String device,
            String mechanism,
            Instant issued,
            Instant expires,
            @Nullable Instant lastUsed) {}

    private record RevokeTokensPayload(Jid jid, int count, String message) {}

    private final Accounts accounts;
    private final SignInTokens tokens;

    private TokenOperations(Accounts accounts, SignInTokens tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    public static AdminOperations of(Accounts accounts, SignInTokens tokens) {
        TokenOperations all = new TokenOperations(accounts, tokens);
        return AdminOperations.ofResource(TokenOperations.class, "token.graphqls")
                .forDomainOf("user", "TokenAdminQuery", "listTokens", all::listTokens)
                .forDomainOf("user", "TokenAdminMutation", "revokeTokens", all::revokeTokens);
    }

    private List<TokenRow> listTokens(AdminCall call) {
        return tokens.list(existing(call)).stream().map(TokenOperations::row).toList();
    }

    private static TokenRow row(SignInToken token) {
        return new TokenRow(
                token.client().id(),
                token.client().software(),
                token.client().device(),
                token.mechanism(),
                token.issued(),
                token.expires(),
                token.fresh() ? null : token.used());
    }

    private RevokeTokensPayload revokeTokens(AdminCall call) {
        Jid user = existing(call);
        @Nullable String client = call.optionalString("client");
        int count = client == null ? tokens.revokeAll(user) : tokens.revoke(user, client);
        return new RevokeTokensPayload(user, count, "Tokens of " + user + " revoked: " + count);
    }

    private Jid existing(AdminCall call) {
        Jid user = call.jid("user").bare();
        if (!accounts.serves(user.domain())) {
            throw Refusals.noSuchUsersDomain(user);
        }
        if (!accounts.exists(user)) {
            throw Refusals.noSuchUser(user);
        }
        return user;
    }
}
