package im.gatehouse.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a single address is a range of one.
 *
 * <p>Bits beyond the prefix are dropped, so {@code 10.1.2.3/8} equals {@code 10.0.0.0/8}. An IPv4 address that is
 * written as IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address. Host names are never looked up.
 */
public final class AddressRange {

    private final byte[] network;
    private final int prefix;

    private AddressRange(byte[] network, int prefix) {
        this.network = masked(network, prefix);
        this.prefix = prefix;
    }

    /**
     * Reads an address or a range in CIDR notation.
     *
     * @throws IllegalArgumentException when it is neither; the message says why
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] written = address.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (written == null) {
            throw new IllegalArgumentException("not an IP address: " + address);
        }
        int bits = slash < 0 ? written.length * 8 : prefix(text.substring(slash + 1), written.length * 8);
        byte[] bytes = addressOf(written).getAddress();
        int dropped = (written.length - bytes.length) * 8;
        return bits >= dropped ? new AddressRange(bytes, bits - dropped) : new AddressRange(written, bits);
    }

    /** Whether an address lies within; an address of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefix), network);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange range && prefix == range.prefix && Arrays.equals(network, range.network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefix;
    }

    /** As {@link #parse} reads it; a range of one without its prefix. */
    @Override
    public String toString() {
        String address = NetUtil.bytesToIpAddress(network);
        return prefix == network.length * 8 ? address : address + "/" + prefix;
    }

    private static int prefix(String text, int most) {
        int prefix = text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
        if (prefix < 0 || prefix > most) {
            throw new IllegalArgumentException("the prefix is a whole number from 0 to " + most);
        }
        return prefix;
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address", e);
        }
    }

    private static byte[] masked(byte[] bytes, int prefix) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.clamp(prefix - i * 8, 0, 8);
            masked[i] &= (byte) (0xFF << (8 - kept));
        }
        return masked;
    }
}
