package im.gatehouse.stream.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ways to sign in by a token that the server has handed out (draft-schmaus-kitten-sasl-ht). They are offered within
 * XEP-0388 alone, and a token is good for one of them.
 */
public enum TokenMechanism {
    HT_SHA_256_EXPR("HT-SHA-256-EXPR", ChannelBindings.TLS_EXPORTER),
    HT_SHA_256_ENDP("HT-SHA-256-ENDP", ChannelBindings.TLS_SERVER_END_POINT),
    HT_SHA_256_NONE("HT-SHA-256-NONE", null);

    private final String registered;
    private final @Nullable String bindingType;

    TokenMechanism(String registered, @Nullable String bindingType) {
        this.registered = registered;
        this.bindingType = bindingType;
    }

    /** The name in SASL, for instance {@code HT-SHA-256-ENDP}. */
    public String registered() {
        return registered;
    }

    /** Whether it can be used on a connection. */
    public boolean fits(Protection protection) {
        return protection.encrypted() && bindingData(protection).isPresent();
    }

    /** What the proof is bound to, nothing for the mechanism without binding; empty when the connection has it not. */
    Optional<byte[]> bindingData(Protection protection) {
        return bindingType == null
                ? Optional.of(new byte[0])
                : protection.bindings().data(bindingType);
    }

    /** Finds a mechanism by its name, exactly as written. */
    public static Optional<TokenMechanism> of(String registered) {
        for (TokenMechanism mechanism : values()) {
            if (mechanism.registered.equals(registered)) {
                return Optional.of(mechanism);
            }
        }
        return Optional.empty();
    }
}
