package im.gatehouse.router;

import im.gatehouse.account.Accounts;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Copies;
import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last part of a message's way to an account, when all guards have let it pass: into the archives, to the sessions,
 * as a copy to the others, or to where it waits for its receiver; and back from a session that ended before it had it.
 *
 * <p>Safe from any thread, event loops included: what needs storage is put last with {@link Lane#blocking}.
 */
final class Messages {
    /** Told of every message for a local account that was allowed. */
    final NoticePoint<Message> received = new NoticePoint<>("a message that was received");

    /** Told of every message that was stored or archived for an account that nobody is connected to. */
    final NoticePoint<Message> waiting = new NoticePoint<>("a message that waits for its receiver");

    volatile @Nullable OfflineMessages offline;
    volatile @Nullable MessageArchive archive;
    volatile @Nullable MessageCopies copies;

    private final Router router;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Cluster cluster;
    private final Vouchers vouchers;

    Messages(Router router, Accounts accounts, Sessions sessions, Cluster cluster, Vouchers vouchers) {
        this.router = router;
        this.accounts = accounts;
        this.sessions = sessions;
        this.cluster = cluster;
        this.vouchers = vouchers;
    }

    /** A message that a user of this server sends to an entity with a domain of its own. */
    void toComponent(Message message, Component component, Lane lane) {
        keep(message, false, lane, kept -> {
            component.receive(message, lane);
            copySent(message, kept, List.of());
        });
    }

    // --- to an account ---

    /** RFC 6121 sections 8.5.2.1.1, 8.5.2.2.1, 8.5.3.1 and 8.5.3.2.1. */
    void toAccount(Message message, @Nullable Session session, Lane lane) {
        if (session != null) {
            deliver(message, List.of(session), lane);
            return;
        }
        boolean full = message.receiver().isFull();
        switch (message.type()) {
            case NORMAL, CHAT -> {
                if (!full || !cluster.forward(message)) {
                    toBare(message, lane);
                }
            }
            case HEADLINE -> {
                if (!full) {
                    deliver(message, takingMessages(message.receiver()), lane);
                }
            }
            case GROUPCHAT -> router.bounce(message, Condition.SERVICE_UNAVAILABLE.error(), lane);
            case ERROR -> {}
        }
    }

    private void toBare(Message message, Lane lane) {
        List<Session> receivers = takingMessages(message.receiver());
        if (receivers.isEmpty()) {
            lane.blocking(() -> router.orRefuse(message, lane, () -> toNobody(message, lane)));
        } else {
            deliver(message, receivers, lane);
        }
    }

    /** Asked once for each session: one that goes meanwhile gives the message back, and it must not go to nobody. */
    private List<Session> takingMessages(Jid account) {
        List<Session> present = sessions.of(account);
        List<Session> taking = new ArrayList<>(present.size());
        for (Session session : present) {
            if (session.takesMessages()) {
                taking.add(session);
            }
        }
        return taking;
    }

    /** The last step to an account: into the archives, to the sessions, and as a copy to the others. */
    private void deliver(Message sent, List<Session> receivers, Lane lane) {
        keep(Vouchers.forAccount(sent), true, lane, kept -> {
            received.tell(kept.message);
            List<Session> others = receiversOfCopies(sent, kept, receivers);
            int all = receivers.size() + others.size();
            Copies counted = all > 1 ? new Copies(all) : null;
            sendCopies(kept.message.handover(counted), receivers);
            copyReceived(sent, kept, receivers, others, counted);
        });
    }

    private void toNobody(Message sent, Lane lane) {
        if (!accounts.exists(sent.receiver())) {
            router.bounce(sent, Condition.SERVICE_UNAVAILABLE.error(), lane);
            return;
        }
        keep(Vouchers.forAccount(sent), true, lane, kept -> {
            received.tell(kept.message);
            List<Session> others = receiversOfCopies(sent, kept, List.of());
            boolean stored = storeOffline(kept.message, lane);
            List<Session> copied = stored ? others.stream().filter(Messages::takesNothing).toList() : others;
            copyReceived(sent, kept, List.of(), copied, null);
        });
    }

    /** Whether a session is there to stay without messages: any other may be given what is stored, now or soon. */
    private static boolean takesNothing(Session session) {
        return session.isAvailable() && !session.takesMessages();
    }

    /** Answers whether it is given to the next who comes. */
    private boolean storeOffline(Message message, Lane lane) {
        OfflineMessages store = offline;
        OfflineMessages.Outcome outcome = store == null ? OfflineMessages.Outcome.REFUSED : store.store(message);
        boolean archived = outcome == OfflineMessages.Outcome.REFUSED
                && StanzaId.isOn(message, message.receiver().bare());
        if (outcome == OfflineMessages.Outcome.STORED || archived) {
            waiting.tell(message);
        } else if (outcome == OfflineMessages.Outcome.REFUSED) {
            router.bounce(message, Condition.SERVICE_UNAVAILABLE.error(), lane);
        }
        return outcome == OfflineMessages.Outcome.STORED;
    }

    // --- archive and copies ---

    /**
     * A message after the archives were asked.
     *
     * @param message as the receiver gets it, with the id in the receiver's archive
     * @param senderId in the sender's archive, or null
     */
    private record Kept(Message message, @Nullable String senderId) {}

    /**
     * Has the archives keep a message, then lets it go on. To be called last: where the archive has to ask the storage,
     * what follows runs on another thread, the lane's later stanzas waiting.
     *
     * @param forAccount whether it is for a local account
     */
    private void keep(Message message, boolean forAccount, Lane lane, Consumer<Kept> then) {
        MessageArchive present = archive;
        if (present == null) {
            then.accept(new Kept(message, null));
        } else if (present.isReady(message)) {
            keepIn(present, message, forAccount, lane, then);
        } else {
            lane.blocking(
                    () -> router.orRefuse(message, lane, () -> keepIn(present, message, forAccount, lane, then)));
        }
    }

    private void keepIn(
            MessageArchive present, Message message, boolean forAccount, Lane lane, Consumer<Kept> then) {
        MessageArchive.Kept kept;
        try {
            kept = present.keep(message, forAccount, lane);
        } catch (StanzaException e) {
            router.bounce(message, e.error(), lane);
            return;
        }
        Message marked = kept == null || !kept.byReceiver()
                ? message
                : message.with(StanzaId.of(message.receiver().bare(), kept.id()));
        then.accept(new Kept(marked, kept == null || !kept.bySender() ? null : kept.id()));
    }

    private List<Session> receiversOfCopies(Message sent, Kept kept, List<Session> receivers) {
        MessageCopies copying = copies;
        return copying != null && copying.copies(sent) ? copying.others(kept.message, receivers) : List.of();
    }

    private void copyReceived(
            Message sent, Kept kept, List<Session> receivers, List<Session> others, @Nullable Copies counted) {
        MessageCopies copying = copies;
        if (copying != null && !others.isEmpty()) {
            copying.received(kept.message, others, counted);
        }
        copySent(sent, kept, receivers);
    }

    private void copySent(Message sent, Kept kept, List<Session> receivers) {
        MessageCopies copying = copies;
        if (copying != null && router.isHost(sent.sender().domain()) && copying.copies(sent)) {
            copying.sent(sent, kept.senderId, receivers);
        }
    }

    private static void sendCopies(Message message, List<Session> takers) {
        for (int i = 0; i < takers.size(); i++) {
            takers.get(i).sendInTurn(message);
        }
    }

    // --- back from sessions that are no more ---

    /** As {@link Router#undelivered}. May block. */
    void undelivered(Message message, Lane lane) {
        Handover handover = message.handover();
        if (handover != null && !handover.comesBack()) {
            return; // another session has it, or gives it back later; or it is stored all the while
        }
        Message copied = handover == null ? null : CarbonCopy.received(message);
        if (copied != null) {
            undeliveredForGood(copied, lane);
        } else {
            undeliveredForGood(message, lane);
        }
    }

    private void undeliveredForGood(Message message, Lane lane) {
        switch (message.type()) {
            case NORMAL, CHAT -> {
                if (!vouchers.isForOneSession(message)) {
                    toWhoeverIsThere(message, lane);
                }
            }
            case GROUPCHAT -> router.bounce(message, Condition.RECIPIENT_UNAVAILABLE.error(), lane);
            case HEADLINE, ERROR -> {} // silently ignored (RFC 6121 section 8.5.3.2.1)
        }
    }

    private void toWhoeverIsThere(Message message, Lane lane) {
        List<Session> takers = takingMessages(message.receiver());
        if (!takers.isEmpty()) {
            sendCopies(message.handover(takers.size() > 1 ? new Copies(takers.size()) : null), takers);
        } else if (accounts.exists(message.receiver())) {
            storeOffline(message, lane);
        } else {
            router.bounce(message, Condition.SERVICE_UNAVAILABLE.error(), lane);
        }
    }
}
