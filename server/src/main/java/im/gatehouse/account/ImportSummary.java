package im.gatehouse.account;

/** How many accounts an import has made, and how many lines it has skipped. */
public record ImportSummary(long stored, long refused) {}
