package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.router.MessageArchive;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps what users say and hear, each side's archive by its own preferences (XEP-0313 section 5.1.1). */
final class Archive implements MessageArchive {
    /** So long after it has come a client may say again what it said before. */
    static final Duration FRESH = Duration.ofMinutes(2);

    private final Router router;
    private final Predicate<String> hasAccounts;
    private final Sessions sessions;
    private final Time time;
    private final Choices choices;
    private final ArchiveWriter writer;

    /**
     * @param hasAccounts whether accounts live at a domain; guests have no archive
     */
    Archive(
            Router router,
            Predicate<String> hasAccounts,
            Sessions sessions,
            Time time,
            Choices choices,
            ArchiveWriter writer) {
        this.router = router;
        this.hasAccounts = hasAccounts;
        this.sessions = sessions;
        this.time = time;
        this.choices = choices;
        this.writer = writer;
    }

    @Override
    public boolean isReady(Message message) {
        if (!Archivable.isSaid(message)) {
            return true;
        }
        Jid from = message.sender();
        Jid to = message.receiver();
        return writer.hasRoom()
                && (!isAccount(from) || choices.keepsFromMemory(from.bare(), to) != null)
                && (!isAccount(to) || choices.keepsFromMemory(to.bare(), from) != null);
    }

    private boolean isAccount(Jid address) {
        return address.hasLocal() && hasAccounts.test(address.domain());
    }

    @Override
    public @Nullable Kept keep(Message message, boolean received, Lane lane) {
        if (!Archivable.isSaid(message)) {
            return null;
        }
        boolean mayBlock = Thread.currentThread().isVirtual();
        if (mayBlock && !writer.hasRoom()) {
            writer.awaitRoom(); // meanwhile the sender is not read from
        }
        Jid from = message.sender();
        Jid to = message.receiver();
        Place sender = isAccount(from) && keeps(from.bare(), to, mayBlock) ? place(from, to) : null;
        Place receiver = received && isAccount(to) && keeps(to.bare(), from, mayBlock) ? place(to, from) : null;
        if (sender == null && receiver == null) {
            return null;
        }
        boolean ownNote = from.bare().equals(to.bare());
        Saying kept = writer.add(new Saying(
                message,
                ownNote && receiver != null ? null : sender,
                receiver,
                Handle.of(message),
                Handle.ofRetracted(message),
                isFresh(from),
                refusal(message, lane)));
        lane.owe(kept.stored());
        return new Kept(Ids.text(kept.id), sender != null, receiver != null);
    }

    /** A client sends again what it does not know to have arrived when it has come back. */
    private boolean isFresh(Jid sender) {
        Session session = sessions.find(sender);
        return session == null || session.info().since().isAfter(time.now().minus(FRESH));
    }

    private boolean keeps(Jid account, Jid peer, boolean mayBlock) {
        if (mayBlock) {
            return choices.keeps(account, peer);
        }
        Boolean remembered = choices.keepsFromMemory(account, peer);
        return remembered == null || remembered; // it was forgotten a moment after it had been asked for: the usual
    }

    private static Place place(Jid owner, Jid peer) {
        return new Place(owner.bare(), peer);
    }

    private Consumer<StanzaError> refusal(Message message, Lane lane) {
        return error -> lane.add(() -> router.bounce(message, error, lane));
    }
}
