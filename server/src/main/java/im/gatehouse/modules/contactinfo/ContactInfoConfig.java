package im.gatehouse.modules.contactinfo;

import im.gatehouse.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * {@code [modules.mod_server_contact_info]}.
 *
 * @param addresses as URIs by what they are for, such as {@code abuse}
 */
record ContactInfoConfig(SequencedMap<String, List<String>> addresses) {
    private static final List<String> PURPOSES =
            List.of("abuse", "admin", "feedback", "sales", "security", "status", "support");

    static ContactInfoConfig read(Section section) {
        SequencedMap<String, List<String>> addresses = new LinkedHashMap<>();
        for (String purpose : PURPOSES) {
            List<String> uris = section.list(
                    purpose, List.of(), "an address such as \"mailto:help@example.org\"", ContactInfoConfig::uri);
            if (!uris.isEmpty()) {
                addresses.put(purpose, uris);
            }
        }
        return new ContactInfoConfig(Collections.unmodifiableSequencedMap(addresses));
    }

    private static Optional<String> uri(String text) {
        try {
            return new URI(text).isAbsolute() ? Optional.of(text) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
