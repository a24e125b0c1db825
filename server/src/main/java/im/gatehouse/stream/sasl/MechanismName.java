package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.util.Optional;

/** The ways to sign in that the server can offer. A later one needs a line here and one in {@link SaslMechanisms}. */
public enum MechanismName {
    EXTERNAL("EXTERNAL"),
    SCRAM_SHA_256_PLUS("SCRAM-SHA-256-PLUS", ScramHash.SHA_256, true),
    SCRAM_SHA_256("SCRAM-SHA-256", ScramHash.SHA_256, false),
    SCRAM_SHA_1_PLUS("SCRAM-SHA-1-PLUS", ScramHash.SHA_1, true),
    SCRAM_SHA_1("SCRAM-SHA-1", ScramHash.SHA_1, false),
    PLAIN("PLAIN"),
    /** For hosts without accounts alone. */
    ANONYMOUS("ANONYMOUS");

    private final String registered;
    private final Optional<ScramHash> hash;
    private final boolean bindsChannel;

    MechanismName(String registered) {
        this.registered = registered;
        this.hash = Optional.empty();
        this.bindsChannel = false;
    }

    MechanismName(String registered, ScramHash hash, boolean bindsChannel) {
        this.registered = registered;
        this.hash = Optional.of(hash);
        this.bindsChannel = bindsChannel;
    }

    /** The name in IANA's registry, for instance {@code SCRAM-SHA-256-PLUS}. */
    public String registered() {
        return registered;
    }

    /** The hash of a SCRAM mechanism; empty for the others. */
    public Optional<ScramHash> hash() {
        return hash;
    }

    /** Whether it ties the sign-in to the TLS connection. */
    public boolean bindsChannel() {
        return bindsChannel;
    }

    /** Finds a mechanism by its registered name, exactly as written; empty when the server knows none of that name. */
    public static Optional<MechanismName> of(String registered) {
        for (MechanismName name : values()) {
            if (name.registered.equals(registered)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
