package im.gatehouse.modules.muclimits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigFile;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Simulates rooms in which some want more than their share. */
class FairnessTest {
    private static final long SECOND = 1_000_000_000L;

    /** Somebody wants to do something at a moment. */
    private record Wish(long at, Jid user, boolean join) {}

    /** What became of somebody's wishes. */
    private static final class Tally {
        int wished;
        int admitted;
        long longestSilence;
        private long admittedAt;

        void add(boolean passed, long at) {
            wished++;
            if (passed) {
                admitted++;
                longestSilence = Math.max(longestSilence, at - admittedAt);
                admittedAt = at;
            }
        }
    }

    private final List<Wish> wishes = new ArrayList<>();
    private final Map<Jid, Tally> tallies = new HashMap<>();
    private final Random random = new Random(7);

    static Policy policy(String toml) {
        ConfigFile file = ConfigFile.parse("[modules.mod_muc_limits]\n" + toml, Path.of("gatehouse.toml"));
        MucLimitsConfig config = MucLimitsConfig.read(file.root().section("modules").section("mod_muc_limits"));
        return Policy.of(config, new OwnLimits(new MovableTime(), config), 0);
    }

    private static Policy limits(double rate, double factor) {
        return policy("muc_event_rate = " + rate + "\nmuc_burst_factor = " + factor + "\n");
    }

    /** Somebody speaks every so many seconds until the end, beginning anywhere in the first such span. */
    private Jid speaks(String address, double every, double seconds) {
        return speaksFrom(address, every * random.nextDouble(), every, seconds);
    }

    private Jid speaksFrom(String address, double first, double every, double seconds) {
        Jid user = Jid.parse(address);
        for (double at = first; at < seconds; at += every) {
            wishes.add(new Wish((long) (at * SECOND), user, false));
        }
        return user;
    }

    private void joins(String address, double at) {
        wishes.add(new Wish((long) (at * SECOND), Jid.parse(address), true));
    }

    /** Lets it all happen; answers how many events passed. */
    private int run(Policy policy) {
        RoomState room = new RoomState(policy, RoomConfig.INITIAL, 0);
        wishes.sort(Comparator.comparingLong(Wish::at));
        int admitted = 0;
        for (Wish wish : wishes) {
            boolean passed = room.take(wish.user, wish.join, policy.baseCost(), wish.at);
            tallies.computeIfAbsent(wish.user, _ -> new Tally()).add(passed, wish.at);
            admitted += passed ? 1 : 0;
        }
        double seconds = wishes.getLast().at / 1e9;
        Rate rate = policy.common();
        assertTrue(admitted <= (rate.capacity() + 1) / 1e9 + seconds * rate.micros() / 1e6, "the room's limit holds");
        return admitted;
    }

    private int refusals(List<Jid> users) {
        return users.stream()
                .mapToInt(user -> tallies.get(user).wished - tallies.get(user).admitted)
                .sum();
    }

    private double admittedPart(List<Jid> users) {
        int wished = users.stream().mapToInt(user -> tallies.get(user).wished).sum();
        return 1 - (double) refusals(users) / wished;
    }

    private List<Jid> talkers(int count, String pattern, double every, double seconds) {
        List<Jid> talkers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            talkers.add(speaks(pattern.formatted(i), every, seconds));
        }
        return talkers;
    }

    @Test
    void oneFloodsAndAllFiveTalkersOfTheSameServerGetThrough() {
        speaksFrom("flooder@one.example", 0, 0.05, 600);
        List<Jid> talkers = talkers(5, "talker%d@one.example", 5, 600);
        run(limits(2, 6));
        assertEquals(0, refusals(talkers));
    }

    @Test
    void theTalkersGetThroughEvenWhenTheySpeakAllAtOnce() {
        speaksFrom("flooder@one.example", 0, 0.05, 600);
        List<Jid> talkers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            talkers.add(speaksFrom("talker" + i + "@one.example", 5, 5, 600));
        }
        run(limits(2, 6));
        assertEquals(0, refusals(talkers));
    }

    /** A bucket of three events: without fairness not one in a hundred of the talkers' messages would pass. */
    @Test
    void underTheDefaultsAFlooderLeavesTheTalkersTheirPart() {
        speaksFrom("flooder@one.example", 0, 0.02, 3_000);
        List<Jid> talkers = talkers(5, "talker%d@one.example", 25, 3_000);
        run(limits(0.5, 6));
        assertTrue(admittedPart(talkers) > 0.75, () -> "part " + admittedPart(talkers));
        wishes.sort(Comparator.comparingLong(Wish::at));
        tallies.clear();
        run(policy("fair = false\n"));
        assertTrue(admittedPart(talkers) < 0.01, () -> "part without fairness " + admittedPart(talkers));
    }

    @Test
    void theFlooderGetsWhatTheTalkersLeave() {
        Jid flooder = speaksFrom("flooder@one.example", 0, 0.05, 600);
        talkers(5, "talker%d@one.example", 5, 600);
        run(limits(2, 6));
        assertTrue(tallies.get(flooder).admitted > 570, () -> "admitted " + tallies.get(flooder).admitted);
    }

    @Test
    void aloneInTheRoomOneGetsAllOfIt() {
        for (double rate : List.of(0.5, 2.0, 20.0)) {
            wishes.clear();
            speaksFrom("flooder@one.example", 0, 0.01, 1_000);
            int admitted = run(limits(rate, 6));
            assertTrue(admitted > 0.98 * rate * 1_000, () -> "admitted " + admitted + " at " + rate);
        }
    }

    @Test
    void twoHundredOfOneServerDoNotStarveTenOfOthers() {
        for (int i = 0; i < 200; i++) {
            speaks("bot" + i + "@swarm.example", 1, 600);
        }
        List<Jid> talkers = talkers(10, "talker@server%d.example", 10, 600);
        run(limits(2, 6));
        assertTrue(admittedPart(talkers) > 0.97, () -> "part " + admittedPart(talkers));
    }

    @Test
    void norTenOfOneOtherServer() {
        for (int i = 0; i < 200; i++) {
            speaks("bot" + i + "@swarm.example", 1, 600);
        }
        List<Jid> talkers = talkers(10, "talker%d@other.example", 10, 600);
        run(limits(2, 6));
        assertTrue(admittedPart(talkers) > 0.9, () -> "part " + admittedPart(talkers));
    }

    @Test
    void underTheDefaultsASwarmLeavesTheOthersTheirPart() {
        for (int i = 0; i < 200; i++) {
            speaks("bot" + i + "@swarm.example", 1, 3_000);
        }
        List<Jid> talkers = talkers(10, "talker@server%d.example", 50, 3_000);
        run(limits(0.5, 6));
        assertTrue(admittedPart(talkers) > 0.85, () -> "part " + admittedPart(talkers));
    }

    @Test
    void aRushOfNewcomersDoesNotMuteThoseWhoTalk() {
        List<Jid> talkers = talkers(5, "talker%d@one.example", 5, 300);
        for (int i = 0; i < 100; i++) {
            joins("first" + i + "@server" + i + ".example", 100);
        }
        for (int i = 0; i < 1_000; i++) {
            joins("later" + i + "@server" + i + ".example", 100 + i * 0.1);
        }
        run(limits(2, 6));
        assertTrue(admittedPart(talkers) > 0.97, () -> "part " + admittedPart(talkers));
        long came = tallies.entrySet().stream()
                .filter(each -> !talkers.contains(each.getKey()) && each.getValue().admitted > 0)
                .count();
        assertTrue(came > 80, () -> "came " + came);
    }

    @Test
    void twoFloodersOfDifferentZealGetTheSame() {
        Jid quick = speaks("quick@one.example", 0.01, 600);
        Jid quicker = speaks("quicker@one.example", 0.002, 600);
        run(limits(2, 6));
        int one = tallies.get(quick).admitted;
        int other = tallies.get(quicker).admitted;
        assertTrue(one > 0.7 * other && other > 0.7 * one, () -> one + " and " + other);
    }

    @Test
    void aFlooderIsHeardNowAndThenEvenAmongMany() {
        Jid flooder = speaks("flooder@one.example", 0.05, 600);
        talkers(40, "talker%d@one.example", 10, 600);
        run(limits(2, 6));
        assertTrue(tallies.get(flooder).longestSilence < 60 * SECOND, () -> "silent for "
                + tallies.get(flooder).longestSilence / SECOND);
    }

    @Test
    void whatIsRememberedOfASwarmIsBoundedByWhatTheBucketLetThrough() {
        Policy policy = limits(0.5, 6);
        RoomState room = new RoomState(policy, RoomConfig.INITIAL, 0);
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            now += SECOND / 20;
            room.take(Jid.parse("bot" + i + "@server" + i + ".example"), false, SECOND, now);
        }
        assertTrue(room.senders() <= 64, () -> "senders " + room.senders());
    }

    /** As in the reference: where there is enough for all, nothing is kept for others. */
    @Test
    void aSmallBucketIsNotSharedBeforeItIsShort() {
        Policy policy = policy("");
        RoomState room = new RoomState(policy, RoomConfig.INITIAL, 0);
        Jid quick = Jid.parse("quick@one.example");
        Jid late = Jid.parse("late@two.example");
        for (int round = 0; round < 3; round++) {
            long now = round * 60 * SECOND;
            for (int i = 0; i < 3; i++) {
                assertTrue(room.take(quick, false, SECOND, now), "the whole bucket");
            }
            assertFalse(room.take(quick, false, SECOND, now + SECOND), "now it is short");
            assertFalse(room.take(quick, false, SECOND, now + 2 * SECOND), "and the next event is another's");
            assertTrue(room.take(late, false, SECOND, now + 3 * SECOND));
        }
    }

    @Test
    void underTheDefaultsPeopleWhoTalkWithinTheRateAreNeverRefused() {
        List<Jid> talkers = talkers(2, "talker%d@one.example", 5, 3_000);
        run(policy(""));
        assertEquals(0, refusals(talkers));
    }

    /** The flooder has the whole bucket once; from then on the first word of anybody else passes within moments. */
    @Test
    void underTheDefaultsAFloodMutesNobodyForLong() {
        for (double every : List.of(10.0, 20.0, 60.0)) {
            wishes.clear();
            tallies.clear();
            speaksFrom("flooder@one.example", 0, 0.0002, 300);
            Jid talker = speaksFrom("talker@one.example", 5, every, 300);
            run(policy(""));
            Tally tally = tallies.get(talker);
            assertTrue(tally.admitted > 0.8 * tally.wished, () -> tally.admitted + " of " + tally.wished);
        }
    }
}
