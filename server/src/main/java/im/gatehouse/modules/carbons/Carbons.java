package im.gatehouse.modules.carbons;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.MessageCopies;
import im.gatehouse.router.StanzaId;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Copies;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows each client of a user that asks for it what the user's other clients say and hear (XEP-0280). Safe from any
 * thread; never blocks.
 */
public final class Carbons implements MessageCopies {
    static final String NAMESPACE = "urn:xmpp:carbons:2";

    /** That it is decided as section 6.1 recommends. */
    static final String RULES = "urn:xmpp:carbons:rules:0";

    private static final String FORWARD = "urn:xmpp:forward:0";
    private static final String HINTS = "urn:xmpp:hints";
    private static final String ROOM_USER = "http://jabber.org/protocol/muc#user";

    /** What belongs to a conversation even without a text (section 6.1). */
    private static final Set<String> CONVERSATION = Set.of(
            "urn:xmpp:receipts",
            "urn:xmpp:chat-markers:0",
            "http://jabber.org/protocol/chatstates",
            "jabber:x:conference");

    private static final Session.Key<Boolean> ENABLED = new Session.Key<>("carbons");

    private final Sessions sessions;

    Carbons(Sessions sessions) {
        this.sessions = sessions;
    }

    // --- who wants copies ---

    /** Has a session get copies from now on; without effect when it does already. */
    public void enable(Session session) {
        session.keep(ENABLED, true);
    }

    /** Has a session get no more copies; without effect when it gets none. */
    public void disable(Session session) {
        session.keep(ENABLED, null);
    }

    /** Whether a session gets copies. */
    public boolean isEnabled(Session session) {
        return session.kept(ENABLED) != null;
    }

    /** Remembers over a restart who gets copies. */
    static void pack(Luggage luggage) {
        if (luggage.session().kept(ENABLED) != null) {
            luggage.put("carbons", Element.of("enabled", NAMESPACE));
        }
    }

    static void unpack(Luggage luggage) {
        if (luggage.get("carbons") != null) {
            luggage.session().keep(ENABLED, true);
        }
    }

    Iq enable(Iq request) {
        enable(asker(request));
        return request.result();
    }

    Iq disable(Iq request) {
        disable(asker(request));
        return request.result();
    }

    /** Who is of another account or of none here may not (section 4.1). */
    private Session asker(Iq request) {
        Session session = sessions.find(request.sender());
        if (session == null || !session.account().equals(request.receiver().bare())) {
            throw new StanzaException(Condition.NOT_ALLOWED);
        }
        return session;
    }

    // --- what is copied ---

    @Override
    public boolean copies(Message message) {
        return switch (message.type()) {
            case CHAT -> !isPrivate(message);
            case NORMAL -> belongsToConversation(message) && !isPrivate(message);
            case GROUPCHAT, HEADLINE, ERROR -> false;
        };
    }

    private static boolean belongsToConversation(Message message) {
        for (Element child : message.children()) {
            if (child.is("body", Namespaces.CLIENT)
                    || CONVERSATION.contains(child.namespace())
                    || isInvitation(child)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInvitation(Element child) {
        return child.is("x", ROOM_USER) && child.child("invite", ROOM_USER) != null;
    }

    /** Kept from copying by its sender (section 9), or itself something that is only shown. */
    private static boolean isPrivate(Message message) {
        for (Element child : message.children()) {
            boolean not =
                    switch (child.namespace()) {
                        case NAMESPACE -> true;
                        case HINTS -> child.name().equals("no-copy");
                        case "urn:xmpp:mam:2" -> child.name().equals("result");
                        default -> false;
                    };
            if (not) {
                return true;
            }
        }
        return false;
    }

    /** A room sends to each of a user's clients that is in it, so that no other need hear of it (section 6.1). */
    private static boolean isOfOccupant(Message message) {
        Element x = message.child("x", ROOM_USER);
        return x != null && message.sender().isFull() && x.child("invite", ROOM_USER) == null;
    }

    // --- copying ---

    @Override
    public void sent(Message message, @Nullable String archiveId, List<Session> reached) {
        Jid sender = message.sender();
        Message wrapped = null;
        for (Session session : sessions.of(sender)) {
            if (isEnabled(session) && !session.jid().equals(sender) && !reached.contains(session)) {
                if (wrapped == null) {
                    Jid account = sender.bare();
                    Message shown = archiveId == null ? message : message.with(StanzaId.of(account, archiveId));
                    wrapped = wrap("sent", account, shown);
                }
                session.send(wrapped.to(session.jid()));
            }
        }
    }

    @Override
    public List<Session> others(Message message, List<Session> reached) {
        Jid account = message.receiver().bare();
        boolean ownNote = account.equals(message.sender().bare()); // the other clients are shown that it was sent
        if (ownNote || isOfOccupant(message)) {
            return List.of();
        }
        List<Session> others = List.of();
        for (Session session : sessions.of(account)) {
            if (isEnabled(session) && !reached.contains(session)) {
                others = others.isEmpty() ? new ArrayList<>(2) : others;
                others.add(session);
            }
        }
        return others;
    }

    @Override
    public void received(Message message, List<Session> others, @Nullable Copies copies) {
        Message wrapped = wrap("received", message.receiver().bare(), message);
        for (Session session : others) {
            session.send(wrapped.to(session.jid()).handover(copies));
        }
    }

    private static Message wrap(String way, Jid account, Message message) {
        Element forwarded = Element.builder("forwarded", FORWARD).child(message.toElement()).build();
        Element copy = Element.builder(way, NAMESPACE).child(forwarded).build();
        return Message.of(message.type(), account, null, null, copy);
    }
}
