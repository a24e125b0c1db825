package im.gatehouse.stream.sasl;

import java.util.List;

/**
 * Whom a trusted certificate of a client names, as it stands there.
 *
 * @param addresses XMPP addresses
 * @param commonNames of the subject
 */
public record Certified(List<String> addresses, List<String> commonNames) {
    /** What a connection without a certificate has. */
    public static final Certified NOBODY = new Certified(List.of(), List.of());

    public Certified {
        addresses = List.copyOf(addresses);
        commonNames = List.copyOf(commonNames);
    }
}
