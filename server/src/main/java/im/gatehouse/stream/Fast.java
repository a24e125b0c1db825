package im.gatehouse.stream;

import im.gatehouse.account.SignInToken;
import im.gatehouse.account.SignInToken.TokenClient;
import im.gatehouse.account.SignInTokens;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.sasl.Protection;
import im.gatehouse.stream.sasl.SaslCondition;
import im.gatehouse.stream.sasl.TokenMechanism;
import im.gatehouse.stream.sasl.TokenSource;
import im.gatehouse.xml.Element;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-in in one round trip by a token that the server handed out at an earlier one (XEP-0484). */
public final class Fast {
    static final String NAMESPACE = "urn:xmpp:fast:0";

    private static final Logger log = LoggerFactory.getLogger(Fast.class);

    /** Numbers that fit a long. */
    private static final int MOST_DIGITS = 18;

    private final SignInTokens tokens;
    private final BooleanSupplier enabled;

    /**
     * @param enabled whether there are tokens at all; may change
     */
    public Fast(SignInTokens tokens, BooleanSupplier enabled) {
        this.tokens = tokens;
        this.enabled = enabled;
    }

    /** What {@code <inline/>} announces; null where tokens are not to be had, as on connections without TLS. */
    @Nullable Element offer(Protection protection) {
        List<TokenMechanism> fitting = Arrays.stream(TokenMechanism.values())
                .filter(mechanism -> mechanism.fits(protection))
                .toList();
        if (!enabled.getAsBoolean() || fitting.isEmpty()) {
            return null;
        }
        Element.Builder offer = Element.builder("fast", NAMESPACE);
        fitting.forEach(mechanism -> offer.child("mechanism", mechanism.registered()));
        return offer.build();
    }

    /** The mechanism of that name, if it is one of tokens and tokens there are. */
    Optional<TokenMechanism> mechanism(String name) {
        return enabled.getAsBoolean() ? TokenMechanism.of(name) : Optional.empty();
    }

    /**
     * What goes with an attempt by a token.
     *
     * @return empty when the client leaves out what it must tell: its id, or that it uses a token
     */
    Optional<Attempt> attempt(TokenMechanism mechanism, Sasl2Request request, String host) {
        String client = request.userAgent().id();
        Element fast = request.authenticate().child("fast", NAMESPACE);
        if (client == null || fast == null) {
            return Optional.empty();
        }
        String count = fast.attributeOr("count", "0");
        if (!count.matches("[0-9]{1," + MOST_DIGITS + "}")) {
            return Optional.empty();
        }
        String invalidate = fast.attributeOr("invalidate", "false");
        boolean ends = invalidate.equals("true") || invalidate.equals("1");
        return Optional.of(new Attempt(tokens, mechanism, client, host, Long.parseLong(count), ends));
    }

    /** One attempt by a token. Confined to the stream's lane. */
    static final class Attempt implements TokenSource {
        private final SignInTokens tokens;
        private final TokenMechanism mechanism;
        private final String client;
        private final String host;
        private final long count;
        private final boolean ends;
        private @Nullable SignInToken used;

        private Attempt(
                SignInTokens tokens, TokenMechanism mechanism, String client, String host, long count, boolean ends) {
            this.tokens = tokens;
            this.mechanism = mechanism;
            this.client = client;
            this.host = host;
            this.count = count;
            this.ends = ends;
        }

        @Override
        public List<Token> tokens(String user) {
            return tokens.find(Jid.of(user, host), client, mechanism.registered()).stream()
                    .<Token>map(Stored::new)
                    .toList();
        }

        /** Revokes what the client has, if it asked for that: the user has logged out of it (section 3.6). */
        void endIfAsked() {
            SignInToken proved = used;
            if (ends && proved != null) {
                tokens.revoke(proved.account(), client);
            }
        }

        private boolean isDue() {
            SignInToken proved = used;
            return proved != null && !ends && tokens.isDue(proved);
        }

        private final class Stored implements Token {
            private final SignInToken token;

            Stored(SignInToken token) {
                this.token = token;
            }

            @Override
            public String secret() {
                return tokens.secret(token);
            }

            @Override
            public Optional<SaslCondition> use() {
                return switch (tokens.use(token, count)) {
                    case DONE -> {
                        used = token;
                        yield Optional.empty();
                    }
                    case EXPIRED -> Optional.of(SaslCondition.CREDENTIALS_EXPIRED);
                    case REFUSED -> Optional.of(SaslCondition.NOT_AUTHORIZED);
                };
            }
        }
    }

    /**
     * The token for who has signed in: because the client asks for one, or because the one that it used grows old. May
     * block. A token that cannot be stored is left out: the client still has another way to sign in.
     *
     * @param attempt what the client signed in with, null when that was no token
     */
    @Nullable Element token(Jid account, Sasl2Request request, @Nullable Attempt attempt, Protection protection) {
        String client = request.userAgent().id();
        if (client == null || !enabled.getAsBoolean()) {
            return null;
        }
        return wanted(request, attempt)
                .filter(mechanism -> mechanism.fits(protection))
                .flatMap(mechanism -> issued(account, request.userAgent(), client, mechanism))
                .map(issued -> Element.builder("token", NAMESPACE)
                        .attribute("expiry", issued.expires().truncatedTo(ChronoUnit.SECONDS).toString())
                        .attribute("token", issued.secret())
                        .build())
                .orElse(null);
    }

    private static Optional<TokenMechanism> wanted(Sasl2Request request, @Nullable Attempt attempt) {
        Element asked = request.authenticate().child("request-token", NAMESPACE);
        if (asked != null) {
            return TokenMechanism.of(asked.attributeOr("mechanism", ""));
        }
        return attempt != null && attempt.isDue() ? Optional.of(attempt.mechanism) : Optional.empty();
    }

    private Optional<SignInTokens.Issued> issued(
            Jid account, UserAgent agent, String client, TokenMechanism mechanism) {
        try {
            return tokens.issue(
                    account, new TokenClient(client, agent.software(), agent.device()), mechanism.registered());
        } catch (StorageException e) {
            log.warn("A token could not be stored, so a client goes without: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
