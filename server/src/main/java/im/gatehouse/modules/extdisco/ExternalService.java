package im.gatehouse.modules.extdisco;

import im.gatehouse.config.Section;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One {@code [[modules.mod_extdisco.services]]}.
 *
 * @param type such as {@code stun}, {@code turn} or {@code turns}
 * @param host its name or IP address
 * @param transport {@code tcp} or {@code udp}
 * @param name for people
 * @param secret shared with the service; credentials are then made for each user, for a time. TURN servers without one,
 *     and without a user name, have that of the module
 * @param username the same for everybody, with its password
 */
record ExternalService(
        String type,
        String host,
        OptionalInt port,
        Optional<String> transport,
        Optional<String> name,
        Optional<String> secret,
        Optional<String> username,
        Optional<String> password) {
    /**
     * @param shared the secret of those that have none of their own
     */
    static ExternalService read(Section section, Optional<String> shared) {
        String type = section.requiredString("type");
        Optional<String> own = section.secret("secret");
        ExternalService service = new ExternalService(
                type,
                section.requiredString("host"),
                section.optionalInteger("port", 1, 65535),
                section.parsed("transport", "\"tcp\" or \"udp\"", text ->
                        text.equals("tcp") || text.equals("udp") ? Optional.of(text) : Optional.empty()),
                section.optionalString("name"),
                own.isPresent() || !type.startsWith("turn") || section.has("username") ? own : shared,
                section.optionalString("username"),
                section.secret("password"));
        if (service.username.isPresent() != service.password.isPresent()) {
            section.problem("username", "expected a password with it, and no password without it");
        }
        if (service.secret.isPresent() && service.username.isPresent()) {
            section.problem("username", "expected no user name where credentials are made from a secret");
        }
        return service;
    }

    /** Whether it must not be used without credentials. */
    boolean restricted() {
        return secret.isPresent() || username.isPresent();
    }

    /** Whether somebody means this one who names a host, a type and perhaps a port. */
    boolean is(String askedHost, String askedType, String askedPort) {
        return host.equals(askedHost)
                && type.equals(askedType)
                && (askedPort.isEmpty() || port.isPresent() && askedPort.equals(Integer.toString(port.getAsInt())));
    }
}
