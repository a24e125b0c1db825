package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.router.MessageArchive;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps what users say and hear, each side's archive by its own preferences (XEP-0313 section 5.1.1). */
final class Archive implements MessageArchive {
    private final Router router;
    private final Predicate<String> hasAccounts;
    private final Arrivals arrivals;
    private final Choices choices;
    private final ArchiveWriter writer;

    /**
     * @param hasAccounts whether accounts live at a domain; guests have no archive
     */
    Archive(
            Router router,
            Predicate<String> hasAccounts,
            Arrivals arrivals,
            Choices choices,
            ArchiveWriter writer) {
        this.router = router;
        this.hasAccounts = hasAccounts;
        this.arrivals = arrivals;
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
                && !isToBeLookedFor(message)
                && (!isAccount(from) || choices.keepsFromMemory(from.bare(), to) != null)
                && (!isAccount(to) || choices.keepsFromMemory(to.bare(), from) != null);
    }

    /**
     * Whether a message may be there already, and only the storage knows: few are that, soon after a client has come.
     */
    private boolean isToBeLookedFor(Message message) {
        return Handle.mayBeSentAgain(message) && arrivals.isNew(message.sender()) && !writer.remembers(message);
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
        Saying saying = new Saying(
                message,
                ownNote && receiver != null ? null : sender,
                receiver,
                Handle.of(message),
                Handle.ofRetracted(message),
                arrivals.mayBeNew(from),
                refusal(message, lane));
        Long earlier = mayBlock && arrivals.isNew(from) ? writer.earlier(saying) : null;
        if (earlier != null) {
            return new Kept(Ids.text(earlier), sender != null, receiver != null);
        }
        Saying kept = writer.add(saying);
        lane.owe(kept.stored());
        return new Kept(Ids.text(kept.id), sender != null, receiver != null);
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
