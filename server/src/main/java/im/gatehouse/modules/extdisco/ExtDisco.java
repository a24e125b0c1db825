package im.gatehouse.modules.extdisco;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers which services there are outside XMPP, for users of this server alone. Safe from any thread; nothing blocks.
 */
final class ExtDisco {
    static final String NAMESPACE = "urn:xmpp:extdisco:2";

    private final Set<String> hosts;
    private final Time time;
    private volatile ExtDiscoConfig config;

    ExtDisco(ExtDiscoConfig config, Set<String> hosts, Time time) {
        this.config = config;
        this.hosts = hosts;
        this.time = time;
    }

    void config(ExtDiscoConfig fresh) {
        config = fresh;
    }

    /** All services, or those of one type (sections 3.1 and 3.2). */
    Iq services(Iq request) {
        Jid user = user(request);
        String type = request.request().attribute("type");
        Element.Builder answer = Element.builder("services", NAMESPACE).attribute("type", type);
        config.services().stream()
                .filter(service -> type == null || service.type().equals(type))
                .forEach(service -> answer.child(element(service, user)));
        return request.result(answer.build());
    }

    /** The credentials of one service (section 3.3); a host may have it at several ports. */
    Iq credentials(Iq request) {
        Jid user = user(request);
        Element asked = request.request().child("service", NAMESPACE);
        if (asked == null || asked.attribute("host") == null || asked.attribute("type") == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "A service has a host and a type");
        }
        if (request.request().children("service", NAMESPACE).size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "The credentials of one service are asked for at a time");
        }
        List<ExternalService> found = config.services().stream()
                .filter(service -> service.is(
                        asked.attributeOr("host", ""), asked.attributeOr("type", ""), asked.attributeOr("port", "")))
                .filter(ExternalService::restricted)
                .toList();
        if (found.isEmpty()) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There are no credentials for such a service");
        }
        Element.Builder answer = Element.builder("credentials", NAMESPACE);
        found.forEach(service -> answer.child(element(service, user)));
        return request.result(answer.build());
    }

    private Jid user(Iq request) {
        Jid asker = request.sender();
        if (!asker.hasLocal() || !hosts.contains(asker.domain())) {
            throw new StanzaException(Condition.FORBIDDEN, "Only users of this server may ask");
        }
        return asker;
    }

    private Element element(ExternalService service, Jid user) {
        Element.Builder element = Element.builder("service", NAMESPACE)
                .attribute("type", service.type())
                .attribute("host", service.host())
                .attribute("port", service.port().isPresent() ? Integer.toString(service.port().getAsInt()) : null)
                .attribute("transport", service.transport().orElse(null))
                .attribute("name", service.name().orElse(null))
                .attribute("restricted", service.restricted() ? "true" : null);
        service.username().ifPresent(name -> element.attribute("username", name)
                .attribute("password", service.password().orElse("")));
        service.secret().ifPresent(secret -> addMade(element, secret, user));
        return element.build();
    }

    /**
     * What a TURN server such as coturn takes that shares a secret with us: it knows nobody, and sees when it is over.
     */
    private void addMade(Element.Builder element, String secret, Jid user) {
        Instant expires = time.now().plus(config.validFor()).truncatedTo(ChronoUnit.SECONDS);
        String username = expires.getEpochSecond() + ":" + user.local();
        element.attribute("username", username)
                .attribute("password", password(secret, username))
                .attribute("expires", expires.toString());
    }

    private static String password(String secret, String username) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
