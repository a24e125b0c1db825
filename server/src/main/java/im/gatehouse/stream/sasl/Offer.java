package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client was offered before it chose: its hash, which SCRAM protects, shows that nobody changed it on the way
 * (XEP-0474 section 5.1).
 *
 * @param text the names of the mechanisms and, where there are any, the types of channel binding, each sorted
 */
record Offer(String text) {
    private static final String BETWEEN_NAMES = "\u001e";
    private static final String BEFORE_TYPES = "\u001f";

    static Offer of(List<MechanismName> mechanisms, List<String> bindingTypes) {
        String names = joined(mechanisms.stream().map(MechanismName::registered).toList());
        return new Offer(bindingTypes.isEmpty() ? names : names + BEFORE_TYPES + joined(bindingTypes));
    }

    /** Names are ASCII, of which the order of characters is that of octets. */
    private static String joined(Collection<String> names) {
        return names.stream().sorted().collect(Collectors.joining(BETWEEN_NAMES));
    }

    /** In base64. */
    String hash(ScramHash hash) {
        return SaslBase64.encode(hash.hash(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
