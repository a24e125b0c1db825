package im.gatehouse.modules.disco;

import im.gatehouse.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * {@code [modules.mod_disco]}: what the server says of itself.
 *
 * @param name the server's name for people
 * @param contact addresses as URIs by what they are for, such as {@code abuse} (XEP-0157)
 */
record DiscoConfig(String name, SequencedMap<String, List<String>> contact) {
    private static final List<String> PURPOSES =
            List.of("abuse", "admin", "feedback", "sales", "security", "status", "support");

    static DiscoConfig read(Section section) {
        Section contact = section.section("contact");
        SequencedMap<String, List<String>> addresses = new LinkedHashMap<>();
        for (String purpose : PURPOSES) {
            List<String> uris = contact.list(
                    purpose, List.of(), "an address such as \"mailto:help@example.org\"", DiscoConfig::uri);
            if (!uris.isEmpty()) {
                addresses.put(purpose, uris);
            }
        }
        return new DiscoConfig(
                section.nonEmpty("name", "Gatehouse"), Collections.unmodifiableSequencedMap(addresses));
    }

    private static Optional<String> uri(String text) {
        try {
            return new URI(text).isAbsolute() ? Optional.of(text) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
