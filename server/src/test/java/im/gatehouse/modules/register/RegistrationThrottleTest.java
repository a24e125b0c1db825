package im.gatehouse.modules.register;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistrationThrottleTest {
    private final MovableTime time = new MovableTime();
    private final RegistrationThrottle throttle = new RegistrationThrottle(time);

    @Test
    void anAddressMakesSoManyAccountsInAnHour() {
        assertTrue(throttle.take(address("192.0.2.1"), 2));
        assertTrue(throttle.take(address("192.0.2.1"), 2));
        assertFalse(throttle.take(address("192.0.2.1"), 2));
        assertTrue(throttle.take(address("192.0.2.2"), 2));

        time.forward(Duration.ofMinutes(59));
        assertFalse(throttle.take(address("192.0.2.1"), 2));
        time.forward(Duration.ofMinutes(1));
        assertTrue(throttle.take(address("192.0.2.1"), 2));
    }

    @Test
    void theHourBeginsWithTheFirstAccount() {
        throttle.take(address("192.0.2.1"), 2);
        time.forward(Duration.ofMinutes(40));
        throttle.take(address("192.0.2.1"), 2);
        time.forward(Duration.ofMinutes(20));

        assertTrue(throttle.take(address("192.0.2.1"), 2));
        assertTrue(throttle.take(address("192.0.2.1"), 2));
        assertFalse(throttle.take(address("192.0.2.1"), 2));
    }

    @Test
    void anIpv6AddressCountsAsItsNetwork() {
        assertTrue(throttle.take(address("2001:db8::1"), 1));
        assertFalse(throttle.take(address("2001:db8::2"), 1));
        assertTrue(throttle.take(address("2001:db8:0:1::1"), 1));
    }

    @Test
    void whatFailsCostsNoAccountButCannotBeTriedForLong() {
        for (int i = 0; i < 10; i++) {
            assertTrue(throttle.take(address("192.0.2.1"), 1));
            throttle.giveBack(address("192.0.2.1"));
        }

        assertFalse(throttle.take(address("192.0.2.1"), 1));
    }

    @Test
    void zeroIsNoLimit() {
        for (int i = 0; i < 1000; i++) {
            assertTrue(throttle.take(address("192.0.2.1"), 0));
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
