package im.gatehouse.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.time.MovableTime;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private static final Jid ALICE = Jid.of("alice", "localhost");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.2");

    private final MovableTime time = new MovableTime();
    private final SignInThrottle throttle = new SignInThrottle(ThrottleSettings.DEFAULT, time);

    private void fail(int times, InetAddress address, Jid account) {
        for (int i = 0; i < times; i++) {
            throttle.failed(address, account);
        }
    }

    @Test
    void theTenthWrongPasswordWithinAMinuteMakesWait() {
        fail(9, HOME, ALICE);
        assertEquals(Duration.ZERO, throttle.mustWait(HOME, ALICE));

        fail(1, HOME, ALICE);

        assertEquals(Duration.ofSeconds(1), throttle.mustWait(HOME, ALICE.withResource("phone")));
        time.forward(Duration.ofSeconds(1));
        assertEquals(Duration.ZERO, throttle.mustWait(HOME, ALICE));
    }

    @Test
    void theOwnerOfTheAccountGetsInFromElsewhere() {
        fail(50, HOME, ALICE);

        assertEquals(Duration.ZERO, throttle.mustWait(ELSEWHERE, ALICE));
        assertEquals(Duration.ZERO, throttle.mustWait(HOME, Jid.of("bob", "localhost")));
    }

    @Test
    void theWaitDoublesUpToAMinute() {
        fail(10, HOME, ALICE);
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertEquals(Duration.ofSeconds(seconds), throttle.mustWait(HOME, ALICE));
            time.forward(Duration.ofSeconds(seconds));
            fail(1, HOME, ALICE);
        }
    }

    @Test
    void aMinuteAfterTheWaitAllIsForgotten() {
        fail(15, HOME, ALICE);

        time.forward(throttle.mustWait(HOME, ALICE).plus(Duration.ofMinutes(1)));
        fail(9, HOME, ALICE);

        assertEquals(Duration.ZERO, throttle.mustWait(HOME, ALICE));
    }

    @Test
    void aDeviceThatTriesOnceInAWhileNeverWaits() {
        for (int i = 0; i < 1_000; i++) {
            fail(1, HOME, ALICE);
            time.forward(Duration.ofSeconds(10));
            assertEquals(Duration.ZERO, throttle.mustWait(HOME, ALICE));
        }
    }

    @Test
    void aRightPasswordClearsTheAccountButNotTheAddress() {
        fail(9, HOME, ALICE);
        throttle.succeeded(HOME, ALICE);
        fail(9, HOME, ALICE);
        assertEquals(Duration.ZERO, throttle.mustWait(HOME, ALICE));

        for (int i = 0; i < 82; i++) {
            fail(1, HOME, Jid.of("user" + i, "localhost"));
        }
        throttle.succeeded(HOME, ALICE);

        assertEquals(Duration.ofSeconds(1), throttle.mustWait(HOME, ALICE));
    }

    @Test
    void anIpv6AddressCountsAsItsNetwork() {
        for (int i = 1; i <= 100; i++) {
            fail(1, InetAddress.ofLiteral("2001:db8:0:1::" + i), Jid.of("user" + i, "localhost"));
        }

        assertEquals(Duration.ofSeconds(1), throttle.mustWait(InetAddress.ofLiteral("2001:db8:0:1:f::1"), ALICE));
        assertEquals(Duration.ZERO, throttle.mustWait(InetAddress.ofLiteral("2001:db8:0:2::1"), ALICE));
    }
}
