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

    /** The whole address as text, made when first asked for. Several threads may make it: it is always the same. */
    private @Nullable String text;

    private Jid(String local, String domain, String resource, @Nullable String text) {
        this.local = local;
        this.domain = domain;
        this.resource = resource;
        this.text = text;
        this.bare = resource.isEmpty() ? this : new Jid(local, domain, "", null);
    }

    private Jid(Jid bare, String resource) {
        this.local = bare.local;
        this.domain = bare.domain;
        this.resource = resource;
        this.bare = bare;
    }

    /**
     * Reads an address. The resource begins after the first slash, the domain after the first {@code @} before that.
     *
     * @throws InvalidJidException when it is none
     */
    public static Jid parse(String text) {
        int slash = text.indexOf('/');
        int bareEnd = slash < 0 ? text.length() : slash;
        int at = text.indexOf('@', 0, bareEnd);
        String rawLocal = at < 0 ? "" : text.substring(0, at);
        String rawDomain = text.substring(at + 1, bareEnd);
        String rawResource = slash < 0 ? "" : text.substring(slash + 1);
        String domain = DomainPart.prepare(rawDomain);
        String local = at < 0 ? "" : LocalPart.prepare(rawLocal);
        String resource = slash < 0 ? "" : ResourcePart.prepare(rawResource);
        // Preparing gives back the very same string when it changes nothing; then the text is as it must be, too.
        boolean same = local.equals(rawLocal) && domain.equals(rawDomain) && resource.equals(rawResource);
        return new Jid(local, domain, resource, same ? text : null);
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
        return new Jid(
                local.isEmpty() ? "" : LocalPart.prepare(local),
                DomainPart.prepare(domain),
                resource.isEmpty() ? "" : ResourcePart.prepare(resource),
                null);
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
     * This address with another resource; the bare address when it is empty.
     *
     * @throws InvalidJidException when the resource is not allowed
     */
    public Jid withResource(String resource) {
        return resource.isEmpty() ? bare : new Jid(bare, ResourcePart.prepare(resource));
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
        String known = text;
        if (known == null) {
            String bareText = local.isEmpty() ? domain : local + '@' + domain;
            known = resource.isEmpty() ? bareText : bareText + '/' + resource;
            text = known;
        }
        return known;
    }
}
