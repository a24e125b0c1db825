package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.RoomConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the limits keep of a room: its bucket, and while it is busy who used it. Small, because there may be very many
 * rooms. Belongs to the room's lane.
 */
final class RoomState {
    private static final int FEW = 16;

    private final Bucket bucket;

    /** What the bucket's rate was made from: when either is another, so may the rate be. */
    private Policy policy;

    private RoomConfig config;

    /** Who used the bucket lately; null in a quiet room, and where senders are not told apart. */
    private @Nullable Shares shares;

    /** When somebody last spoke, in slow mode; null elsewhere. */
    private @Nullable Map<Jid, Long> spoke;

    RoomState(Policy policy, RoomConfig config, long now) {
        this.policy = policy;
        this.config = config;
        this.bucket = new Bucket(policy.rateOf(config), now);
    }

    /** Makes sure that what follows goes by what holds now. */
    void adopt(Policy present, RoomConfig chosen) {
        if (present != policy || chosen != config) {
            policy = present;
            config = chosen;
            Rate next = present.rateOf(chosen);
            if (!next.sameAs(bucket.rate())) {
                bucket.tokens(next, next.since());
            }
        }
    }

    Rate rate() {
        return bucket.rate();
    }

    /** Billionths of an event that are in the bucket. */
    long tokens(long now) {
        return bucket.tokens(bucket.rate(), now);
    }

    /** Takes what an event costs, where the bucket has it and the sender may have it. */
    boolean take(Jid user, boolean join, long cost, long now) {
        Rate rate = bucket.rate();
        if (!policy.config().fair() || cost == 0) {
            return bucket.take(cost, rate, now);
        }
        Shares known = shares;
        if (known == null) {
            known = new Shares(rate, now);
        }
        long leave = known.leave(user, join, policy.unit(), rate, now);
        if (!bucket.take(cost, leave, rate, now)) {
            if (cost <= rate.capacity()) { // what never passes says nothing of how much is wanted
                known.refused(now);
            }
            return false;
        }
        known.used(user, join, cost, policy.unit(), now);
        shares = known;
        return true;
    }

    /**
     * Whole seconds until the event that was refused last would pass if nobody else said anything; 0 for one that never
     * will.
     */
    int secondsUntil(boolean join, long cost, long now) {
        Rate rate = bucket.rate();
        if (cost > rate.capacity()) {
            return 0;
        }
        long tokens = bucket.tokens(bucket.rate(), now);
        long low = 0;
        long high = rate.fillNanos() / 1_000_000_000 + 1;
        while (low < high) {
            long middle = (low + high) / 2;
            if (passes(join, cost, tokens, middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return (int) Math.max(1, low);
    }

    private boolean passes(boolean join, long cost, long tokens, long seconds) {
        Rate rate = bucket.rate();
        long leave = shares == null || !policy.config().fair()
                ? 0
                : shares.leaveLater(seconds * 1_000_000_000, join, policy.unit(), rate);
        double then = tokens + seconds * 1_000.0 * rate.micros();
        return Math.min(then, rate.capacity()) >= Bucket.wanted(cost, leave, rate);
    }

    // --- slow mode ---

    /** Seconds until somebody may speak again in a room with so many between two messages; 0 for now. */
    int slowSeconds(Jid user, int between, long now) {
        Long last = spoke == null ? null : spoke.get(user);
        if (last == null) {
            return 0;
        }
        long left = between * 1_000_000_000L - (now - last);
        return left <= 0 ? 0 : (int) ((left + 999_999_999) / 1_000_000_000);
    }

    /** Remembers that somebody spoke in slow mode. */
    void spoke(Jid user, int between, long now) {
        Map<Jid, Long> known = spoke;
        if (known == null) {
            known = new HashMap<>();
            spoke = known;
        }
        int before = known.size();
        known.put(user, now);
        // at each doubling, so that forgetting costs little and the map is never much larger than it must be
        if (known.size() > before && known.size() >= FEW && Integer.bitCount(known.size()) == 1) {
            forgetSpeakers(between, now);
        }
    }

    private void forgetSpeakers(int between, long now) {
        if (spoke != null) {
            spoke.values().removeIf(last -> now - last >= between * 1_000_000_000L);
            if (spoke.isEmpty()) {
                spoke = null;
            }
        }
    }

    // --- rest ---

    /** Lets go of what a quiet room need not keep; answers whether nothing is left to let go of. */
    boolean rest(int between, long now) {
        Shares known = shares;
        if (known != null && bucket.isFull(rate(), now) && known.isQuiet(rate(), now)) {
            shares = null;
        }
        forgetSpeakers(between, now);
        return shares == null && spoke == null;
    }

    boolean isBusy() {
        return shares != null || spoke != null;
    }

    /** How many senders are told apart now. */
    int senders() {
        return shares == null ? 0 : shares.senders();
    }
}
