package im.gatehouse.modules.blocklist.target;

import im.gatehouse.jid.Jid;
import io.netty.util.NetUtil;
import java.util.Optional;

/** Tells by the look of a text what kind of target it is. */
final class TargetText {
    static final String ACCOUNT = "account:";
    static final String DOMAIN = "domain:";
    static final String DIGEST = "sha256:";

    private TargetText() {}

    /** The target, when its kind stands in front. No address has a colon there, so nothing else begins so. */
    static Optional<Target> ofNamedKind(String text) {
        if (begins(text, ACCOUNT)) {
            return Optional.of(new Target.Account(Jid.parse(text.substring(ACCOUNT.length()))));
        }
        if (begins(text, DOMAIN)) {
            return Optional.of(domain(text.substring(DOMAIN.length())));
        }
        if (begins(text, DIGEST)) {
            return Optional.of(new Target.Digest(text.substring(DIGEST.length())));
        }
        return Optional.empty();
    }

    /**
     * Whether this is an IP address or can only be a misspelt one. A mistake in an address is not taken for a domain,
     * where it would block nobody.
     */
    static boolean isMeantAsAddress(String text) {
        return NetUtil.createByteArrayFromIpAddressString(text) != null
                || text.indexOf(':') >= 0 && text.indexOf('@') < 0
                || !text.isEmpty() && text.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }

    static Target.Domain domain(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the target is empty");
        }
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a domain has no resource, and this is no IP address: " + text);
        }
        return new Target.Domain(text);
    }

    static Target.Pattern pattern(String text) {
        int at = text.indexOf('@');
        if (at < 0 || text.indexOf('@', at + 1) >= 0) {
            throw new IllegalArgumentException("a pattern has exactly one @, such as spam*@example.org or"
                    + " *@*.example.org; a range of IP addresses is written 192.0.2.0/24");
        }
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a pattern has no resource: " + text);
        }
        return new Target.Pattern(text.substring(0, at), text.substring(at + 1));
    }

    private static boolean begins(String text, String kind) {
        return text.regionMatches(true, 0, kind, 0, kind.length());
    }
}
