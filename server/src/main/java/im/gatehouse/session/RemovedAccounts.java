package im.gatehouse.session;

import im.gatehouse.account.Accounts;
import im.gatehouse.hook.Verdict;
import im.gatehouse.stanza.StreamError;

/**
 * Ends the sessions of accounts that are removed and lets none begin, even when the sign-in was under way at that
 * moment.
 */
public final class RemovedAccounts {
    private static final StreamError GONE = StreamError.Condition.NOT_AUTHORIZED.error("The account has been removed");
    private static final Refusal REFUSED = new Refusal(Refusal.Kind.NOT_AUTHORIZED, null);

    private RemovedAccounts() {}

    /** Begins to watch, for as long as the server runs. */
    public static void watch(Accounts accounts, Sessions sessions) {
        String owner = "the removal of accounts";
        accounts.removed().add(owner, account -> sessions.of(account).forEach(RemovedAccounts::end));
        accounts.domainRemoved().add(owner, domain -> sessions.forEach(session -> {
            if (session.jid().domain().equals(domain)) {
                end(session);
            }
        }));
        sessions.opening()
                .add(owner, 0, session -> accounts.exists(session.account())
                        ? Verdict.pass()
                        : Verdict.refuse(REFUSED));
    }

    /** In its lane, so that whoever removes the own account still gets the answer. */
    private static void end(Session session) {
        session.lane().add(() -> session.end(GONE));
    }
}
