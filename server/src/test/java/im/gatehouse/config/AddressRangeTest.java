package im.gatehouse.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    private static boolean contains(String range, String address) {
        return AddressRange.parse(range).contains(InetAddress.ofLiteral(address));
    }

    @Test
    void aRangeHoldsItsAddressesAndNoOthers() {
        assertTrue(contains("10.0.0.0/8", "10.255.255.255"));
        assertFalse(contains("10.0.0.0/8", "11.0.0.0"));
        assertTrue(contains("192.0.2.128/25", "192.0.2.129"));
        assertFalse(contains("192.0.2.128/25", "192.0.2.127"));
        assertTrue(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assertFalse(contains("2001:db8::/32", "2001:db9::1"));
        assertTrue(contains("0.0.0.0/0", "203.0.113.9"));
        assertFalse(contains("::/0", "203.0.113.9"));
    }

    @Test
    void aSingleAddressHoldsItself() {
        assertTrue(contains("127.0.0.1", "127.0.0.1"));
        assertFalse(contains("127.0.0.1", "127.0.0.2"));
        assertTrue(contains("::1", "0:0:0:0:0:0:0:1"));
    }

    @Test
    void ipv4WrittenAsIpv6IsIpv4() {
        assertTrue(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
        assertTrue(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assertEquals(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::ffff:10.0.0.0/104"));
    }

    @Test
    void bitsBeyondThePrefixAreDropped() {
        assertEquals("10.0.0.0/8", AddressRange.parse("10.1.2.3/8").toString());
        assertEquals("10.1.2.3", AddressRange.parse("10.1.2.3/32").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "fe80::1%lo"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    }
}
