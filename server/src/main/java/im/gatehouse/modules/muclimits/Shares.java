package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has lately used a room's bucket, so that one flooder, one server's swarm or a rush of newcomers does not mute
 * everybody else: the more somebody has used, the more they must leave in the bucket for others.
 *
 * <p>What was used fades: it counts half after the time in which the bucket fills. So the bucket settles at the level
 * at which those who want more than their share get what the others leave, and those who want less get what they want,
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

    /**
     * A bucket of fewer events is too small to keep some for others before it is short: until somebody is refused there
     * are no shares. Else two people who talk, and no more than the rate allows, would be refused every fifth message.
     */
    private static final int SMALL = 6;

    /** What is less than this part of an event is forgotten. */
    private static final double NEGLIGIBLE = 1.0 / 64;

    /** Half-lives after which nobody's use is worth remembering. */
    private static final int QUIET = 8;

    private static final int FEW = 16;

    /** After so many half-lives amounts are counted from another moment, long before they grow out of bounds. */
    private static final int LONGEST = 32;

    /** What somebody used. */
    private static final class Sender {
        double amount;

        /** The part of it that counts for the domain. */
        double forDomain;

        /** Found once, so that a decision looks up one thing. */
        Domain domain;

        Sender(Domain domain) {
            this.domain = domain;
        }
    }

    /** What the senders of a domain used together. */
    private static final class Domain {
        double amount;

        /** Whether it was so little that the domain is not remembered any longer. */
        boolean forgotten;
    }

    private final Map<Jid, Sender> senders = new HashMap<>();
    private final Map<String, Domain> domains = new HashMap<>();

    /** How the bucket fills, and with it how use fades. */
    private Rate rate;

    /**
     * All amounts are written down as if they had been used at this moment, in billionths of an event: those of later
     * in larger numbers. So nothing has to be faded one by one; what an amount comes to now is had by multiplying.
     */
    private long epoch;

    /** What an amount is to be multiplied with now. */
    private double scale = 1;

    private double all;
    private double joins;

    /** What is known of the user who was asked about last, and of their domain. */
    private @Nullable Sender sender;

    private @Nullable Domain domain;

    /** Until then the bucket counts as short. */
    private long shortUntil;

    private int mostSenders = FEW;
    private int mostDomains = FEW;
    private long usedAt;

    Shares(Rate rate, long now) {
        this.rate = rate;
        epoch = now;
        usedAt = now;
        shortUntil = now;
    }

    /**
     * What an event of somebody must leave in the bucket, in billionths of an event.
     *
     * @param user the bare address
     * @param unit what a plain event costs, above 0
     * @param present how the bucket fills now
     */
    long leave(Jid user, boolean join, long unit, Rate present, long now) {
        moveTo(present, now);
        Sender known = senders.get(user);
        sender = known;
        domain = known == null || known.domain.forgotten ? domains.get(user.domain()) : known.domain;
        long capacity = present.capacity();
        boolean unshared = capacity < SMALL * unit && now - shortUntil >= 0;
        return unshared ? 0 : leave(scale, join, unit, capacity);
    }

    /** The same for the user who was asked about last, some time after that, if nobody does anything meanwhile. */
    long leaveLater(long nanos, boolean join, long unit, Rate present) {
        return leave(scale * left(nanos, rate.perHalfLife()), join, unit, present.capacity());
    }

    private long leave(double scale, boolean join, long unit, long capacity) {
        double own = sender == null ? 0 : sender.amount * scale;
        double leave = own > HEAVY * unit ? Math.max(OF_OWN * own, unit) : OF_OWN * own;
        if (domain != null) {
            double ofDomain = domain.amount * scale;
            leave += forDomains(ofDomain, sender == null ? 0 : sender.forDomain * scale, all * scale, unit, capacity);
        }
        return (long) (join ? leave + OF_JOINS * joins * scale : leave);
    }

    private static double forDomains(double domain, double own, double whole, long unit, long capacity) {
        double others = Math.max(0, domain - own);
        return whole - domain > NEGLIGIBLE * unit
                ? Math.min(others * others / whole, MOST_FOR_DOMAINS * capacity)
                : Math.min(others, ALONE * unit);
    }

    /** Remembers that there was not enough for somebody: so long as it takes to fill the bucket it counts as short. */
    void refused(long now) {
        shortUntil = now + rate.fillNanos();
    }

    /**
     * Remembers an event that was admitted, of the user who was asked about last and at that moment.
     *
     * @param cost above 0
     */
    void used(Jid user, boolean join, long cost, long unit, long now) {
        usedAt = now;
        Domain of = domain;
        if (of == null) {
            of = new Domain();
            domains.put(user.domain(), of);
        }
        Sender by = sender;
        if (by == null) {
            by = new Sender(of);
            senders.put(user, by);
        }
        by.domain = of;
        double amount = cost / scale;
        double part = amount * unit / (unit + by.amount * scale);
        by.amount += amount;
        by.forDomain += part;
        of.amount += part;
        all += part;
        if (join) {
            joins += amount;
        }
        if (senders.size() > mostSenders) {
            mostSenders = pruneSenders(unit * NEGLIGIBLE / scale);
        }
        if (domains.size() > mostDomains) {
            mostDomains = pruneDomains(unit * NEGLIGIBLE / scale);
        }
    }

    /** Forgets those who have hardly used anything; answers how many there may be before the next time. */
    private int pruneSenders(double least) {
        senders.values().removeIf(each -> each.amount < least);
        return Math.max(FEW, 2 * senders.size());
    }

    private int pruneDomains(double least) {
        domains.values().removeIf(each -> {
            each.forgotten = each.amount < least;
            return each.forgotten;
        });
        return Math.max(FEW, 2 * domains.size());
    }

    /** How many senders are remembered. */
    int senders() {
        return senders.size();
    }

    /** Whether all use has faded. */
    boolean isQuiet(Rate present, long now) {
        return (now - usedAt) * present.perHalfLife() > QUIET;
    }

    // --- fading ---

    private void moveTo(Rate present, long now) {
        if (present != rate) {
            countFrom(now);
            rate = present;
        }
        double halves = Math.max(0, now - epoch) * rate.perHalfLife();
        if (halves > LONGEST) {
            countFrom(now);
        } else {
            scale = left(halves);
        }
    }

    /** Writes all amounts down as they are at another moment. */
    private void countFrom(long now) {
        double left = left(Math.max(0, now - epoch), rate.perHalfLife());
        senders.values().forEach(each -> {
            each.amount *= left;
            each.forDomain *= left;
        });
        domains.values().forEach(each -> each.amount *= left);
        all *= left;
        joins *= left;
        epoch = now;
        scale = 1;
    }

    private static double left(long elapsed, double perHalfLife) {
        return left(elapsed * perHalfLife);
    }

    /** What is left of 1 after so many half-lives: two to the power of minus them, to four digits. */
    private static double left(double halves) {
        if (halves >= 60) {
            return 0;
        }
        int whole = (int) halves;
        double f = halves - whole;
        double part =
                1 + f * (-0.6931472 + f * (0.2402265 + f * (-0.0555041 + f * (0.0096181 - f * 0.0013334))));
        return part * Double.longBitsToDouble((long) (1_023 - whole) << 52); // two to the power of minus whole
    }
}
