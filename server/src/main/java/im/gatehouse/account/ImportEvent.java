package im.gatehouse.account;

import im.gatehouse.account.AccountException.Reason;
import java.util.List;

/** What happened during an import. */
public sealed interface ImportEvent {
    /**
     * More accounts have been stored.
     *
     * @param accounts all since the beginning
     * @param lines those that became accounts since the last event of this kind, in the order of the file
     */
    record Stored(long accounts, List<Long> lines) implements ImportEvent {
        public Stored {
            lines = List.copyOf(lines);
        }
    }

    /** A line was skipped. */
    record Refused(long line, Reason reason) implements ImportEvent {}
}
