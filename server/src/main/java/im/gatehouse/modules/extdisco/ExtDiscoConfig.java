package im.gatehouse.modules.extdisco;

import im.gatehouse.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code [modules.mod_extdisco]}.
 *
 * @param validFor how long credentials are good that are made from a secret, 1 minute to 7 days
 */
record ExtDiscoConfig(Duration validFor, List<ExternalService> services) {
    static ExtDiscoConfig read(Section section) {
        Optional<String> secret = section.secret("secret");
        return new ExtDiscoConfig(
                section.duration("valid_for", Duration.ofHours(12), Duration.ofMinutes(1), Duration.ofDays(7)),
                section.sections("services").stream()
                        .map(service -> ExternalService.read(service, secret))
                        .toList());
    }
}
