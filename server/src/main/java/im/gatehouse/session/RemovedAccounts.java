package im.gatehouse.session;

import im.gatehouse.account.Accounts;
import im.gatehouse.hook.Verdict;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of accounts that are removed and lets none begin, even when the sign-in was under way at that
 * moment.
 */
public final class RemovedAccounts {
    private static final Logger log = LoggerFactory.getLogger(RemovedAccounts.class);

    private static final StreamError GONE = StreamError.Condition.NOT_AUTHORIZED.error("The account has been removed");
    private static final Refusal REFUSED = new Refusal(Refusal.Kind.NOT_AUTHORIZED, null);

    private static final Refusal UNKNOWN = new Refusal(Refusal.Kind.TRY_LATER, null);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private RemovedAccounts() {}

    /** Begins to watch, for as long as the server runs. */
    public static void watch(Accounts accounts, Sessions sessions, Time time) {
        String owner = "the removal of accounts";
        accounts.removed().add(owner, account -> sessions.of(account).forEach(RemovedAccounts::end));
        accounts.domainRemoved().add(owner, domain -> sessions.forEach(session -> {
            if (session.jid().domain().equals(domain)) {
                end(session);
            }
        }));
        Seldom failures = new Seldom(time, LOG_PERIOD);
        sessions.opening().add(owner, 0, session -> check(session, accounts, failures));
    }

    private static Verdict<Refusal> check(Session session, Accounts accounts, Seldom failures) {
        try {
            boolean guest = !accounts.serves(session.account().domain()); // there never was an account
            return guest || accounts.exists(session.account()) ? Verdict.pass() : Verdict.refuse(REFUSED);
        } catch (StorageException e) {
            failures.happened(times -> log.warn(
                    "The accounts cannot be read, so no session opens ({} since the last such line): {}",
                    times,
                    e.getMessage()));
            return Verdict.refuse(UNKNOWN);
        }
    }

    /** In its lane, so that whoever removes the own account still gets the answer. */
    private static void end(Session session) {
        session.lane().add(() -> session.end(GONE));
    }
}
