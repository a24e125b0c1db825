package im.gatehouse.jid;

import org.jspecify.annotations.Nullable;

/**
 * The address of an entity: {@code local@domain/resource} (RFC 7622), always in its prepared form, so that two
 * addresses of the same entity are equal. An absent part is the empty string.
 */
public final class Jid implements Comparable<Jid> {
    private final String local;
    private final String domain;
    private final String resource;
    private final Jid bare;

    private Jid(String local, String domain, String resource) {
        this.local = local;
        this.domain = domain;
        this.resource = resource;
        this.bare = resource.isEmpty() ? this : new Jid(local, domain, "");
    }

    /**
     * Reads an address.
     *
     * @throws InvalidJidException when it is none
     */
    public static Jid parse(String text) {
        int slash = text.indexOf('/');
        String resource = slash < 0 ? "" : text.substring(slash + 1);
        String rest = slash < 0 ? text : text.substring(0, slash);
        int at = rest.indexOf('@');
        return new Jid(at < 0 ? "" : rest.substring(0, at).toLowerCase(), rest.substring(at + 1).toLowerCase(), resource);
    }

    /**
     * Prepares the parts of an address.
     *
     * @param local the local part, empty for none
     * @param domain the domain, never empty
     * @param resource the resource, empty for none
     * @throws InvalidJidException when a part is not allowed
     */
    public static Jid of(String local, String domain, String resource) {
        return new Jid(local, domain, resource);
    }

    /** A bare address; see {@link #of(String, String, String)}. */
    public static Jid of(String local, String domain) {
        return of(local, domain, "");
    }

    /** A domain's own address; see {@link #of(String, String, String)}. */
    public static Jid ofDomain(String domain) {
        return of("", domain, "");
    }

    public String local() {
        return local;
    }

    public String domain() {
        return domain;
    }

    public String resource() {
        return resource;
    }

    public boolean hasLocal() {
        return !local.isEmpty();
    }

    public boolean isFull() {
        return !resource.isEmpty();
    }

    public boolean isBare() {
        return resource.isEmpty();
    }

    /** This address without its resource; itself when it has none. Costs nothing. */
    public Jid bare() {
        return bare;
    }

    /**
     * This address with another resource.
     *
     * @throws InvalidJidException when the resource is not allowed
     */
    public Jid withResource(String resource) {
        return of(local, domain, resource);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Jid jid
                        && local.equals(jid.local)
                        && domain.equals(jid.domain)
                        && resource.equals(jid.resource);
    }

    @Override
    public int hashCode() {
        return (local.hashCode() * 31 + domain.hashCode()) * 31 + resource.hashCode();
    }

    /** Orders by domain, then local part, then resource, each by code unit. */
    @Override
    public int compareTo(Jid other) {
        int byDomain = domain.compareTo(other.domain);
        int byLocal = byDomain != 0 ? byDomain : local.compareTo(other.local);
        return byLocal != 0 ? byLocal : resource.compareTo(other.resource);
    }

    @Override
    public String toString() {
        String bareText = local.isEmpty() ? domain : local + '@' + domain;
        return resource.isEmpty() ? bareText : bareText + '/' + resource;
    }
}
