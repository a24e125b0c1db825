package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator in one line a period how much was refused, and not one line a stanza. Safe from any thread. */
final class RefusalSummary {
    private static final Logger log = LoggerFactory.getLogger(RefusalSummary.class);

    /** Senders that are told apart at most: a swarm must not fill the memory. */
    private static final int MOST_SENDERS = 10_000;

    private final LongAdder refused = new LongAdder();
    private final LongAdder observed = new LongAdder();
    private final Set<Jid> senders = ConcurrentHashMap.newKeySet();

    /**
     * @param sender the bare address
     * @param only whether it was let through all the same
     */
    void refused(Jid sender, boolean only) {
        (only ? observed : refused).increment();
        if (senders.size() < MOST_SENDERS) {
            senders.add(sender);
        }
    }

    /** Writes the line, if there is anything to tell, and begins anew. */
    void tell() {
        long really = refused.sumThenReset();
        long only = observed.sumThenReset();
        int different = senders.size();
        senders.clear();
        if (really + only > 0) {
            log.info("Rooms {} {} stanzas of {}{} senders because they came too fast or were too long",
                    only == 0 ? "refused" : really == 0 ? "would have refused" : "refused or would have refused",
                    really + only, different, different >= MOST_SENDERS ? " or more" : "");
        }
    }
}
