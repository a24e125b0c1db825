package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The ways to sign in to one host: which of them a connection is offered, and a fresh attempt by the one that the
 * client chose. Whether a client may sign in at all before TLS is the stream's decision; here a connection without TLS
 * is merely offered no PLAIN and no channel binding.
 *
 * <p>Safe from any thread.
 */
public final class SaslMechanisms {
    /**
     * What the operator has decided besides the mechanisms.
     *
     * @param downgradeProtection whether SCRAM tells a hash of what was offered, which shows a client whether somebody
     *     took something out of it (XEP-0474)
     * @param commonNames whether a client's certificate without an XMPP address stands for the user of its common name
     */
    public record Terms(boolean downgradeProtection, boolean commonNames) {
        public static final Terms USUAL = new Terms(true, false);
    }

    private final String domain;
    private final List<MechanismName> configured;
    private final CredentialSource credentials;
    private final Terms terms;
    private final Supplier<String> nonces;

    /**
     * @param domain the host, prepared
     * @param configured what the operator allows, the preferred first; PLAIN only when it is among them
     * @param credentials the host's accounts
     */
    public SaslMechanisms(
            String domain, List<MechanismName> configured, CredentialSource credentials, Terms terms) {
        this(domain, configured, credentials, terms, randomNonces());
    }

    /**
     * @param nonces makes the server's part of each nonce: visible ASCII without a comma, never the same twice; of use
     *     to tests only
     */
    SaslMechanisms(
            String domain,
            List<MechanismName> configured,
            CredentialSource credentials,
            Terms terms,
            Supplier<String> nonces) {
        this.domain = domain;
        this.configured = List.copyOf(new LinkedHashSet<>(configured));
        this.credentials = credentials;
        this.terms = terms;
        this.nonces = nonces;
    }

    /** What a connection is offered, the preferred first; empty when it must be protected better to be offered any. */
    public List<MechanismName> offer(Protection protection) {
        return configured.stream().filter(name -> fits(name, protection)).toList();
    }

    private boolean fits(MechanismName name, Protection protection) {
        return switch (name) {
            case EXTERNAL -> !certified(protection).isEmpty();
            case PLAIN -> protection.encrypted();
            case ANONYMOUS -> true;
            default -> !name.bindsChannel() || protection.canBind();
        };
    }

    /** The users of this host whom the client's certificate names. */
    private Set<String> certified(Protection protection) {
        return protection.encrypted()
                ? External.users(domain, protection.bindings().certified(), terms.commonNames())
                : Set.of();
    }

    /**
     * Begins an attempt. One by a mechanism that is unknown or was not offered is refused at its first call (RFC 6120
     * §6.5.4, §6.5.7).
     *
     * @param registered the mechanism's name, as the client wrote it
     * @param protection the same as when the mechanisms were offered
     * @param mayTry whether somebody, by the prepared name, may try now; asked before anything is looked up or
     *     computed for them, and who may not is refused with {@link SaslCondition#TEMPORARY_AUTH_FAILURE}
     */
    public Mechanism begin(String registered, Protection protection, Predicate<String> mayTry) {
        return MechanismName.of(registered)
                .map(name -> new Mechanism(registered, exchange(name, protection, mayTry)))
                .orElseGet(() -> new Mechanism("an unknown mechanism", refusing(SaslCondition.INVALID_MECHANISM)));
    }

    /**
     * Begins an attempt by a token. One by a mechanism that does not fit the connection is refused at its first call.
     */
    public Mechanism begin(
            TokenMechanism mechanism, Protection protection, Predicate<String> mayTry, TokenSource source) {
        Exchange exchange = mechanism
                .bindingData(protection)
                .filter(_ -> mechanism.fits(protection))
                .<Exchange>map(data -> new HashedToken(data, new UserNames(domain, mayTry), source))
                .orElseGet(() -> refusing(SaslCondition.INVALID_MECHANISM));
        return new Mechanism(mechanism.registered(), exchange);
    }

    private Exchange exchange(MechanismName name, Protection protection, Predicate<String> mayTry) {
        if (!configured.contains(name)) {
            return refusing(SaslCondition.INVALID_MECHANISM);
        }
        if (!fits(name, protection)) {
            return refusing(
                    protection.encrypted() ? SaslCondition.INVALID_MECHANISM : SaslCondition.ENCRYPTION_REQUIRED);
        }
        UserNames names = new UserNames(domain, mayTry);
        return switch (name) {
            case EXTERNAL -> new External(certified(protection), names, credentials);
            case PLAIN -> new Plain(names, credentials);
            case ANONYMOUS -> new Anonymous(SaslMechanisms::newGuest);
            default -> scram(name, name.hash().orElseThrow(), protection, names);
        };
    }

    private Scram scram(MechanismName name, ScramHash hash, Protection protection, UserNames names) {
        List<MechanismName> offered = offer(protection);
        boolean plusOffered = !protection.bindingFailed() && offered.stream().anyMatch(MechanismName::bindsChannel);
        List<String> types = protection.encrypted() ? protection.bindings().types() : List.of();
        Scram.Terms held = new Scram.Terms(
                hash,
                name.bindsChannel(),
                plusOffered,
                protection.bindings(),
                terms.downgradeProtection() ? ",h=" + Offer.of(offered, types).hash(hash) : "");
        return new Scram(held, names, credentials, nonces);
    }

    /** 128 random bits. */
    private static String newGuest() {
        return "guest-" + UUID.randomUUID().toString().replace("-", "");
    }

    private static Exchange refusing(SaslCondition condition) {
        return new Exchange() {
            @Override
            public SaslResult step(byte[] data) throws Refusal {
                return invite();
            }

            @Override
            public SaslResult invite() throws Refusal {
                throw new Refusal(new SaslResult.Failure(condition));
            }
        };
    }

    /** 144 random bits each. */
    private static Supplier<String> randomNonces() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bytes = new byte[18];
            random.nextBytes(bytes);
            return SaslBase64.encode(bytes);
        };
    }
}
