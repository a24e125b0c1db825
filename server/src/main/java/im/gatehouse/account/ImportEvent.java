package im.gatehouse.account;

import im.gatehouse.account.AccountException.Reason;

/** What happened during an import. */
public sealed interface ImportEvent {
    /**
     * More accounts have been stored.
     *
     * @param accounts all since the beginning
     */
    record Stored(long accounts) implements ImportEvent {}

    /** A line was skipped. */
    record Refused(long line, Reason reason) implements ImportEvent {}
}
