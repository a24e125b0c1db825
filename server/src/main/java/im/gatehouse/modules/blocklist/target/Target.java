package im.gatehouse.modules.blocklist.target;

import im.gatehouse.config.AddressRange;
import im.gatehouse.jid.Jid;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a block is for: one account, all accounts of a domain, all whose address fits a pattern, all who come from an
 * IP address or range, or the one account or domain that has a digest.
 *
 * <p>Every target has one canonical text, which {@link #parse} reads back: {@code alice@example.org},
 * {@code example.org}, {@code spam*@example.org}, {@code 192.0.2.0/24}, {@code sha256:HEX}. Where that text alone
 * would be read as another kind, its kind stands in front: {@code account:a*b@example.org},
 * {@code domain:192.0.2.1}. Values are immutable.
 */
public sealed interface Target {

    /** What a target is. */
    enum Kind {
        ACCOUNT,
        DOMAIN,
        PATTERN,
        ADDRESS,
        DIGEST
    }

    /**
     * Reads a target as people write it. An IP address or a range in CIDR notation is an address; {@code sha256:} and
     * 64 hexadecimal digits a digest; what has a {@code *} a pattern; what has a local part an account, whose resource
     * is dropped; everything else a domain. {@code account:} or {@code domain:} in front settles the kind.
     *
     * @throws IllegalArgumentException when it is none of these; the message says what is wrong, in words for people
     */
    static Target parse(String text) {
        Optional<Target> named = TargetText.ofNamedKind(text);
        if (named.isPresent()) {
            return named.get();
        }
        int slash = text.indexOf('/');
        String head = slash < 0 ? text : text.substring(0, slash);
        if (TargetText.isMeantAsAddress(head)) {
            return new Address(AddressRange.parse(text));
        }
        if (head.indexOf('*') >= 0) {
            return TargetText.pattern(text);
        }
        return head.indexOf('@') >= 0 ? new Account(Jid.parse(text)) : TargetText.domain(text);
    }

    Kind kind();

    /** The one domain that this is about; empty when there are several, or when nobody can tell. */
    Optional<String> domain();

    /**
     * Whether this is about somebody.
     *
     * @param account the address; a resource does not matter
     * @param address where they come from, null when that is not known: then no address target matches
     */
    boolean matches(Jid account, @Nullable InetAddress address);

    /** The canonical text: {@link #parse} makes an equal target of it. */
    @Override
    String toString();

    /**
     * One account.
     *
     * @param bare its address, which has a local part; a resource is dropped
     */
    record Account(Jid bare) implements Target {
        /** @throws IllegalArgumentException when there is no local part */
        public Account {
            if (!bare.hasLocal()) {
                throw new IllegalArgumentException("an account has a part before @: " + bare);
            }
            bare = bare.bare();
        }

        @Override
        public Kind kind() {
            return Kind.ACCOUNT;
        }

        @Override
        public Optional<String> domain() {
            return Optional.of(bare.domain());
        }

        @Override
        public boolean matches(Jid account, @Nullable InetAddress address) {
            return account.bare().equals(bare);
        }

        @Override
        public String toString() {
            return bare.local().indexOf('*') >= 0 ? TargetText.ACCOUNT + bare : bare.toString();
        }
    }

    /**
     * All accounts of a domain, and the domain itself. Subdomains are others.
     *
     * @param name the domain, in the prepared form of addresses
     */
    record Domain(String name) implements Target {
        /** @throws IllegalArgumentException when it is no domain (RFC 7622 section 3.2) */
        public Domain {
            name = Jid.ofDomain(name).domain();
        }

        @Override
        public Kind kind() {
            return Kind.DOMAIN;
        }

        @Override
        public Optional<String> domain() {
            return Optional.of(name);
        }

        @Override
        public boolean matches(Jid account, @Nullable InetAddress address) {
            return account.domain().equals(name);
        }

        @Override
        public String toString() {
            return TargetText.isMeantAsAddress(name) ? TargetText.DOMAIN + name : name;
        }
    }

    /**
     * All accounts whose address fits: a {@code *} stands for any number of characters, none too, within the part in
     * which it is written. There are no other wildcards. Both parts are kept in the prepared form of addresses, as far
     * as that can be said of pieces.
     *
     * @param local the part before {@code @}
     * @param host the domain
     */
    record Pattern(String local, String host) implements Target {
        /**
         * @throws IllegalArgumentException when a part is empty, has a character that addresses do not have, or is
         *     longer than 1023 bytes, or when there is no {@code *} or more than 16
         */
        public Pattern {
            local = PatternText.local(local);
            host = PatternText.domain(host);
            PatternText.checkWildcards(local + host);
        }

        @Override
        public Kind kind() {
            return Kind.PATTERN;
        }

        @Override
        public Optional<String> domain() {
            return host.indexOf('*') < 0 ? Optional.of(host) : Optional.empty();
        }

        @Override
        public boolean matches(Jid account, @Nullable InetAddress address) {
            return account.hasLocal()
                    && PatternText.fits(local, account.local())
                    && PatternText.fits(host, account.domain());
        }

        @Override
        public String toString() {
            return local + '@' + host;
        }
    }

    /**
     * All who come from an IP address or a range.
     *
     * @param range the range; {@code 0.0.0.0/0} is everybody with an IPv4 address
     */
    record Address(AddressRange range) implements Target {
        @Override
        public Kind kind() {
            return Kind.ADDRESS;
        }

        @Override
        public Optional<String> domain() {
            return Optional.empty();
        }

        @Override
        public boolean matches(Jid account, @Nullable InetAddress address) {
            return address != null && range.contains(plain(address));
        }

        /** The IPv4 address that an IPv6 address stands for, or the very same. */
        private static InetAddress plain(InetAddress address) {
            try {
                return InetAddress.getByAddress(address.getAddress());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("not an IP address", e);
            }
        }

        @Override
        public String toString() {
            return range.toString();
        }
    }

    /**
     * The account or domain that has a digest, as lists are exchanged that do not tell whom they are about.
     *
     * @param hex SHA-256 of the bare address, or of the domain, in lower-case hexadecimal
     */
    record Digest(String hex) implements Target {
        private static final java.util.regex.Pattern FORM = java.util.regex.Pattern.compile("[0-9a-f]{64}");

        /** @throws IllegalArgumentException when it is not 64 hexadecimal digits */
        public Digest {
            hex = hex.toLowerCase(Locale.ROOT);
            if (!FORM.matcher(hex).matches()) {
                throw new IllegalArgumentException("a SHA-256 digest has 64 hexadecimal digits");
            }
        }

        /** That of an account, or of a domain when there is no local part; a resource is left out. */
        public static Digest of(Jid account) {
            return ofText(account.bare().toString());
        }

        /**
         * That of a domain.
         *
         * @throws IllegalArgumentException when it is none
         */
        public static Digest ofDomain(String domain) {
            return ofText(Jid.ofDomain(domain).domain());
        }

        private static Digest ofText(String text) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return new Digest(HexFormat.of().formatHex(digest));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        @Override
        public Kind kind() {
            return Kind.DIGEST;
        }

        @Override
        public Optional<String> domain() {
            return Optional.empty();
        }

        @Override
        public boolean matches(Jid account, @Nullable InetAddress address) {
            return equals(of(account)) || equals(ofText(account.domain()));
        }

        @Override
        public String toString() {
            return TargetText.DIGEST + hex;
        }
    }
}
