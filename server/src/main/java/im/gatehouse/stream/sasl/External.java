package im.gatehouse.stream.sasl;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The mechanism EXTERNAL: the client is whom its certificate names, which TLS has checked (RFC 4422 appendix A,
 * XEP-0178 section 2).
 */
final class External implements Exchange {
    private final Set<String> users;
    private final UserNames names;
    private final CredentialSource credentials;
    private @Nullable String claimedUser;

    /**
     * @param users of {@link #users}
     */
    External(Set<String> users, UserNames names, CredentialSource credentials) {
        this.users = users;
        this.names = names;
        this.credentials = credentials;
    }

    /**
     * The users of a host, prepared, whom a certificate names; what is no address of a user there is left out.
     *
     * @param commonNames whether a certificate without any address stands for the user of its common name
     */
    static Set<String> users(String domain, Certified certified, boolean commonNames) {
        Set<String> users = new LinkedHashSet<>();
        List<String> names = certified.addresses().isEmpty() && commonNames
                ? certified.commonNames()
                : certified.addresses();
        for (String name : names) {
            try {
                boolean whole = name.contains("@") || !certified.addresses().isEmpty();
                Jid address = whole ? Jid.parse(name) : Jid.of(name, domain);
                if (address.hasLocal() && address.domain().equals(domain) && address.equals(address.bare())) {
                    users.add(address.local());
                }
            } catch (InvalidJidException _) {
                // Whoever issued it may have written anything.
            }
        }
        return users;
    }

    @Override
    public SaslResult step(byte[] data) throws Refusal {
        String asked = SaslText.decode(data);
        String user = names.prepare(asked.isEmpty() ? only() : certified(asked));
        claimedUser = user;
        if (!credentials.exists(user)) {
            throw new Refusal(new SaslResult.Failure(SaslCondition.NOT_AUTHORIZED));
        }
        return new SaslResult.Success(user, asked.isEmpty() ? null : names.authorize(user, asked), new byte[0]);
    }

    private String only() throws Refusal {
        if (users.size() > 1) {
            throw new Refusal(SaslCondition.INVALID_AUTHZID, "The certificate names several users: say which one");
        }
        return users.iterator().next();
    }

    private String certified(String asked) throws Refusal {
        for (String user : users) {
            try {
                names.authorize(user, asked);
                return user;
            } catch (Refusal _) {
                // Another may be the one.
            }
        }
        throw new Refusal(SaslCondition.INVALID_AUTHZID, "The certificate does not name this user");
    }

    @Override
    public @Nullable String claimedUser() {
        return claimedUser;
    }
}
