package im.gatehouse.modules.lastactivity;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers when users were last there, and tells those who may see their presence. */
final class LastActivity {
    static final String NAMESPACE = "jabber:iq:last";

    private static final Logger log = LoggerFactory.getLogger(LastActivity.class);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);
    private static final int LONGEST_STATUS = 1_000;

    /** What the client said with its last unavailable presence. */
    private static final Session.Key<String> STATUS = new Session.Key<>("status on leaving");

    private final LastActivityStore store = new LastActivityStore();
    private final ModuleContext context;
    private final Seldom lost;
    private final long started;

    LastActivity(ModuleContext context) {
        this.context = context;
        this.lost = new Seldom(context.time(), LOG_PERIOD);
        this.started = context.time().nanos();
    }

    /** Notes the last words of a client that becomes unavailable, and forgets them when it is back. Never refuses. */
    Verdict<StanzaError> note(Stanza stanza) {
        if (stanza instanceof Presence presence && presence.to() == null) {
            Session session = context.sessions().find(presence.sender());
            if (session != null) {
                session.keep(STATUS, presence.type() == Presence.Type.UNAVAILABLE ? status(presence) : null);
            }
        }
        return Verdict.pass();
    }

    private static String status(Presence presence) {
        Element status = presence.child("status", Namespaces.CLIENT);
        String text = status == null ? "" : status.text();
        if (text.length() <= LONGEST_STATUS) {
            return text;
        }
        boolean cutsPair = Character.isHighSurrogate(text.charAt(LONGEST_STATUS - 1));
        return text.substring(0, cutsPair ? LONGEST_STATUS - 1 : LONGEST_STATUS);
    }

    /**
     * Stores when the last session of a user ended. Blocks until it is on disk, together with what else ends then.
     * While the database is away many end, and one line tells of all.
     */
    void ended(Session session) {
        try {
            store(session);
        } catch (StorageException e) {
            untold(e);
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StorageException away)) {
                throw e;
            }
            untold(away);
        }
    }

    private void untold(StorageException away) {
        lost.happened(times -> log.warn(
                "When users left could not be stored, {} times since the last such line: {}", times, away.getMessage()));
    }

    private void store(Session session) {
        Jid account = session.account();
        if (!context.sessions().of(account).isEmpty() || !context.accounts().exists(account)) {
            return;
        }
        String status = session.kept(STATUS);
        LastSeen seen = new LastSeen(context.time().now(), status == null ? "" : status);
        context.database().append(db -> store.put(db, account, seen)).join();
    }

    /** How long the server has been up (XEP-0012 section 5). */
    Iq serverUptime(Iq request) {
        Duration uptime = Duration.ofNanos(context.time().nanos() - started);
        return request.result(query(uptime, ""));
    }

    /** How long ago the user left: 0 while there is an available resource (XEP-0012 section 3). */
    Iq lastSeen(Iq request) {
        Jid account = request.receiver().bare();
        if (!PresenceAccess.mayKnow(context, account, request.sender())) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        if (context.sessions().of(account).stream().anyMatch(Session::isAvailable)) {
            return request.result(query(Duration.ZERO, ""));
        }
        Instant now = context.time().now();
        return context.database()
                .read(db -> store.find(db, account))
                .map(seen -> request.result(query(Duration.between(seen.at(), now), seen.status())))
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND));
    }

    /** When the last session of an account ended; see {@link LastSeenTimes}. */
    Optional<Instant> lastTime(Jid account) {
        return context.database().read(db -> store.find(db, account)).map(LastSeen::at);
    }

    private static Element query(Duration since, String status) {
        return Element.builder("query", NAMESPACE)
                .attribute("seconds", Long.toString(Math.max(0, since.toSeconds())))
                .text(status)
                .build();
    }

    /** Takes part in the removal of accounts. */
    void forgetWithAccounts() {
        context.undoLater(context.accounts().onRemoval(context.module(), store::remove));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), store::removeDomain));
    }
}
