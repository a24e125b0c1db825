package im.gatehouse.config;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * {@code [components."irc.example.org"]}: a domain that a program outside the server stands for (XEP-0114).
 *
 * @param secret what the program has to know
 * @param name for people, in the list of services
 * @param listed whether it stands in the list of services of the host that it lies below
 */
public record ComponentConfig(String secret, Optional<String> name, boolean listed) {
    private static ComponentConfig read(Section section) {
        String secret = section.secret("secret").orElse("");
        if (secret.isEmpty()) {
            section.problem("secret", "expected a secret that is not empty");
        }
        return new ComponentConfig(secret, section.optionalString("name"), section.bool("listed", true));
    }

    /** All components by their domains, prepared. */
    static SequencedMap<String, ComponentConfig> readAll(Section root, List<String> hosts) {
        SequencedMap<String, ComponentConfig> components = new LinkedHashMap<>();
        root.tables("components").forEach((name, section) -> {
            ComponentConfig component = read(section);
            try {
                Jid domain = Jid.parse(name);
                boolean usable = !domain.hasLocal() && domain.isBare() && !hosts.contains(domain.domain());
                if (!usable) {
                    root.section("components").problem(name, "expected a domain that is none of general.hosts");
                } else {
                    components.put(domain.domain(), component);
                }
            } catch (InvalidJidException e) {
                root.section("components").problem(name, "expected a domain");
            }
        });
        return Collections.unmodifiableSequencedMap(components);
    }
}
