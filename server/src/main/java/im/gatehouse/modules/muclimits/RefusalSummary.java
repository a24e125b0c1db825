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

    private final LongAdder stanzas = new LongAdder();
    private final Set<Jid> senders = ConcurrentHashMap.newKeySet();

    void refused(Jid sender) {
        stanzas.increment();
        if (senders.size() < MOST_SENDERS) {
            senders.add(sender.bare());
        }
    }

    /** Writes the line, if there is anything to tell, and begins anew. */
    void tell() {
        long count = stanzas.sumThenReset();
        int different = senders.size();
        senders.clear();
        if (count > 0) {
            log.info("Rooms refused {} stanzas of {}{} senders because they came too fast or were too long",
                    count, different, different >= MOST_SENDERS ? " or more" : "");
        }
    }
}
