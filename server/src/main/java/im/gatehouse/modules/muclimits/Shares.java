package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has lately used a room's bucket, so that one flooder, one server's swarm or a rush of newcomers does not mute
 * everybody else: the more somebody has used, the more they must leave in the bucket for others.
 *
 * <p>What was used fades: it counts half after the time in which the bucket fills. So the bucket settles at the level at
 * which those who want more than their share get what the others leave, and those who want less get what they want,
 * whatever the number of senders (max-min fairness). Only what was admitted is remembered, so the bucket itself bounds
 * the memory. Belongs to the room's lane; exists while the room is busy.
 */
final class Shares {
    /** What somebody must leave of each event that they used themselves. */
    private static final double OF_OWN = 0.75;

    /** Who has used more events than this leaves one at least, so that the last is never a flooder's. */
    private static final double HEAVY = 0.5;

    /**
     * What somebody must leave for the other senders of their domain: of a whole bucket at most, and in events where no
     * other domain has said anything lately. Senders count here and not events, so that one flooder does not speak for
     * all of a domain; and the part counts that the domain has in all, so that the heaviest gives way.
     */
    private static final double MOST_FOR_DOMAINS = 0.6;

    private static final double ALONE = 0.5;

    /** What a newcomer must leave of each event that newcomers used. */
    private static final double OF_JOINS = 0.5;

    /** What is less than this part of an event is forgotten. */
    private static final double NEGLIGIBLE = 1.0 / 64;

    /** Half-lives after which nobody's use is worth remembering. */
    private static final int QUIET = 8;

    private static final int FEW = 16;

    /** What was used, in billionths of an event, as it was at a moment. */
    private static final class Use {
        double amount;

        /** The part of it that counts for the domain. */
        double forDomain;

        long at;

        Use(long at) {
            this.at = at;
        }

        void fadeTo(long now, double perHalfLife) {
            long elapsed = now - at;
            if (elapsed > 0) {
                double left = left(elapsed, perHalfLife);
                amount *= left;
                forDomain *= left;
                at = now;
            }
        }
    }

    private final Map<Jid, Use> senders = new HashMap<>();
    private final Map<String, Use> domains = new HashMap<>();
    private final Use all;
    private final Use joins;

    /** What is known of the user who was asked about last, and of their domain. */
    private @Nullable Use sender;

    private @Nullable Use domain;

    private int mostSenders = FEW;
    private int mostDomains = FEW;
    private long usedAt;

    Shares(long now) {
        all = new Use(now);
        joins = new Use(now);
        usedAt = now;
    }

    /**
     * What an event of somebody must leave in the bucket, in billionths of an event.
     *
     * @param user the bare address
     * @param unit what a plain event costs, above 0
     * @param capacity of the bucket
     * @param perHalfLife what part a nanosecond is of the time in which use fades to a half
     */
    long leave(Jid user, boolean join, long unit, long capacity, double perHalfLife, long now) {
        sender = senders.get(user);
        domain = domains.get(user.domain());
        if (sender != null) {
            sender.fadeTo(now, perHalfLife);
        }
        if (domain != null) {
            domain.fadeTo(now, perHalfLife);
        }
        all.fadeTo(now, perHalfLife);
        if (join) {
            joins.fadeTo(now, perHalfLife);
        }
        return leave(1, join, unit, capacity);
    }

    /** The same for the user who was asked about last, some time after that, if nobody does anything meanwhile. */
    long leaveLater(long nanos, boolean join, long unit, long capacity, double perHalfLife) {
        return leave(left(nanos, perHalfLife), join, unit, capacity);
    }

    private long leave(double left, boolean join, long unit, long capacity) {
        double own = sender == null ? 0 : sender.amount * left;
        double leave = own > HEAVY * unit ? Math.max(OF_OWN * own, unit) : OF_OWN * own;
        if (domain != null) {
            leave += forDomains(domain.amount * left, sender == null ? 0 : sender.forDomain * left, left, unit, capacity);
        }
        return (long) (join ? leave + OF_JOINS * joins.amount * left : leave);
    }

    private double forDomains(double domain, double own, double left, long unit, long capacity) {
        double others = Math.max(0, domain - own);
        double whole = all.amount * left;
        return whole - domain > NEGLIGIBLE * unit
                ? Math.min(others * others / whole, MOST_FOR_DOMAINS * capacity)
                : Math.min(others, ALONE * unit);
    }

    /**
     * Remembers an event that was admitted, of the user who was asked about last and at that moment.
     *
     * @param cost above 0
     */
    void used(Jid user, boolean join, long cost, long unit, double perHalfLife, long now) {
        usedAt = now;
        Use by = sender;
        if (by == null) {
            by = new Use(now);
            senders.put(user, by);
        }
        Use of = domain;
        if (of == null) {
            of = new Use(now);
            domains.put(user.domain(), of);
        }
        double part = (double) cost * unit / (unit + by.amount);
        by.amount += cost;
        by.forDomain += part;
        of.amount += part;
        all.amount += part;
        if (join) {
            joins.amount += cost;
        }
        if (senders.size() > mostSenders) {
            mostSenders = prune(senders, unit, perHalfLife, now);
        }
        if (domains.size() > mostDomains) {
            mostDomains = prune(domains, unit, perHalfLife, now);
        }
    }

    /** Forgets those who have hardly used anything; answers how many there may be before the next time. */
    private static int prune(Map<?, Use> uses, long unit, double perHalfLife, long now) {
        double least = unit * NEGLIGIBLE;
        uses.values().removeIf(use -> use.amount * left(now - use.at, perHalfLife) < least);
        return Math.max(FEW, 2 * uses.size());
    }

    /** How many senders are remembered. */
    int senders() {
        return senders.size();
    }

    /** Whether all use has faded. */
    boolean isQuiet(double perHalfLife, long now) {
        return (now - usedAt) * perHalfLife > QUIET;
    }

    /** What is left of 1 after some time: two to the power of minus so many half-lives, to four digits. */
    private static double left(long elapsed, double perHalfLife) {
        double halves = elapsed * perHalfLife;
        if (halves >= 60) {
            return 0;
        }
        int whole = (int) halves;
        double f = halves - whole;
        double part =
                1 + f * (-0.6931472 + f * (0.2402265 + f * (-0.0555041 + f * (0.0096181 - f * 0.0013334))));
        return whole == 0 ? part : part / (1L << whole);
    }
}
