package im.gatehouse.config;

import im.gatehouse.jid.Jid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [general]}: which domains are served, who may administer them and where data lies.
 *
 * @param hosts the domains in prepared form, at least one
 * @param admins bare addresses of accounts that are owners everywhere
 * @param dataDir an absolute path
 */
public record GeneralConfig(List<String> hosts, List<Jid> admins, Path dataDir) {
    static GeneralConfig read(Section section) {
        return new GeneralConfig(hosts(section), admins(section), section.path("data_dir", "data"));
    }

    private static List<String> hosts(Section section) {
        List<String> localhost = List.of("localhost");
        List<String> hosts = section.list("hosts", localhost, "a domain", GeneralConfig::domain);
        if (section.hasEmptyList("hosts")) {
            section.problem("hosts", "expected at least one domain");
        }
        return hosts.isEmpty() ? localhost : hosts;
    }

    private static List<Jid> admins(Section section) {
        return section.list(
                "admins",
                List.of(),
                "a bare JID such as \"admin@example.org\"",
                text -> Optional.of(Jid.parse(text)).filter(jid -> jid.isBare() && jid.hasLocal()));
    }

    static Optional<String> domain(String text) {
        Jid jid = Jid.parse(text);
        boolean domain = jid.isBare() && !jid.hasLocal() && !jid.domain().isEmpty();
        return domain ? Optional.of(jid.domain()) : Optional.empty();
    }
}
