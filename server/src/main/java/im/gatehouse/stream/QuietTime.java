package im.gatehouse.stream;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps from a client whose user does not look what can wait (XEP-0352): who is there, who is typing, what somebody
 * published, and that a message has arrived or was read. Of somebody's presence, typing and each published item only
 * the last counts. Whatever is for the user at once (messages,
 * requests, answers, subscriptions) takes along all that was kept, in order, for then the client is awake.
 *
 * <p>Not for several threads at once: its line guards it.
 */
final class QuietTime {
    private static final String CHAT_STATES = "http://jabber.org/protocol/chatstates";
    private static final String CAPS = "http://jabber.org/protocol/caps";
    private static final String CARBONS = "urn:xmpp:carbons:2";
    private static final String EVENT = "http://jabber.org/protocol/pubsub#event";
    private static final String RECEIPTS = "urn:xmpp:receipts";
    private static final String MARKERS = "urn:xmpp:chat-markers:0";
    private static final String FORWARD = "urn:xmpp:forward:0";
    private static final String MUC_USER = "http://jabber.org/protocol/muc#user";

    /** What of somebody is replaced by something newer. */
    private record Topic(String kind, String from, String to) {}

    /** A few large stanzas must not cost what many small ones may not. */
    private static final long MOST_BYTES = 1 << 20;

    private final int most;

    /** About how much memory they take. */
    private long bytes;

    private final SequencedMap<Object, Stanza> kept = new LinkedHashMap<>(4);

    /**
     * @param most how many stanzas are kept, at least 1
     */
    QuietTime(int most) {
        this.most = most;
    }

    /** Keeps a stanza; answers false when it cannot wait. */
    boolean keeps(Stanza stanza) {
        Object topic = topic(stanza);
        if (topic == null) {
            return false;
        }
        Stanza older = kept.remove(topic);
        Stanza newer = withWhatIsToldOnce(older, stanza);
        kept.put(topic, newer);
        bytes += newer.footprint() - (older == null ? 0 : older.footprint());
        return true;
    }

    /** About how many bytes of memory what is kept takes. */
    long bytes() {
        return bytes;
    }

    /** Capabilities are told once (XEP-0115 section 8.4) and must not go with the presence that is replaced. */
    private static Stanza withWhatIsToldOnce(@Nullable Stanza older, Stanza newer) {
        if (older instanceof Presence before
                && before.type() == Presence.Type.AVAILABLE
                && newer instanceof Presence presence
                && presence.type() == Presence.Type.AVAILABLE
                && !presence.has("c", CAPS)) {
            Element caps = before.child("c", CAPS);
            return caps == null ? presence : presence.with(caps);
        }
        return newer;
    }

    boolean isFull() {
        return kept.size() >= most || bytes >= MOST_BYTES;
    }

    /** What was kept, each in the place of its latest word. */
    List<Stanza> takeAll() {
        List<Stanza> all = new ArrayList<>(kept.values());
        kept.clear();
        bytes = 0;
        return all;
    }

    /** What a later stanza replaces this one by; null for one that cannot wait. */
    private static @Nullable Object topic(Stanza stanza) {
        return switch (stanza) {
            case Iq _ -> null;
            case Presence presence -> topic(presence);
            case Message message -> topic(message);
        };
    }

    private static @Nullable Object topic(Presence presence) {
        return switch (presence.type()) {
            case AVAILABLE, UNAVAILABLE ->
                isAboutOneself(presence) ? null : new Topic("presence", String.valueOf(presence.from()), "");
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> null;
        };
    }

    /** An answer to entering a room, a kick, a change of the own role (XEP-0045). */
    private static boolean isAboutOneself(Presence presence) {
        Element user = presence.child("x", MUC_USER);
        return user != null
                && user.children("status", MUC_USER).stream().anyMatch(s -> "110".equals(s.attribute("code")));
    }

    private static @Nullable Object topic(Message message) {
        if (message.type() == Message.Type.ERROR) {
            return null;
        }
        Element copied = copied(message);
        if (copied != null) {
            boolean ownWord = message.child("sent", CARBONS) != null; // what the user has read elsewhere is told at once
            return isReceipt(copied.children()) && !ownWord
                    ? new Object()
                    : typing(copied.children(), copied.attributeOr("from", ""), copied.attributeOr("to", ""));
        }
        if (isReceipt(message.children())) {
            return new Object();
        }
        if (message.type() == Message.Type.HEADLINE && message.body() == null) {
            return published(message);
        }
        return typing(message.children(), String.valueOf(message.from()), "");
    }

    private static @Nullable Object typing(List<Element> children, String from, String to) {
        return isTyping(children) ? new Topic("typing", from, to) : null;
    }

    /** News of one item are replaced by newer ones of the same item (XEP-0060). */
    private static Object published(Message news) {
        Element event = news.child("event", EVENT);
        Element items = event == null || event.children().size() != 1 ? null : event.child("items", EVENT);
        Element item = items == null || items.children().size() != 1 ? null : items.child("item", EVENT);
        String id = item == null ? null : item.attribute("id");
        return id == null
                ? new Object()
                : new Topic("item " + id, String.valueOf(news.from()), items.attributeOr("node", ""));
    }

    /** Whether a message says nothing but that another has arrived or was read (XEP-0184, XEP-0333). */
    private static boolean isReceipt(List<Element> children) {
        boolean receipt = false;
        for (Element child : children) {
            boolean says = child.is("received", RECEIPTS) || child.namespace().equals(MARKERS);
            if (!says && !accompanies(child)) {
                return false;
            }
            receipt |= says;
        }
        return receipt;
    }

    /** The message of which this is a copy (XEP-0280), or null. */
    private static @Nullable Element copied(Message message) {
        for (Element child : message.children()) {
            if (child.namespace().equals(CARBONS)) {
                Element forwarded = child.child("forwarded", FORWARD);
                return forwarded == null ? null : forwarded.child("message", Namespaces.CLIENT);
            }
        }
        return null;
    }

    /** Whether a message says nothing but that somebody is typing, or no longer is (XEP-0085). */
    private static boolean isTyping(List<Element> children) {
        boolean typing = false;
        for (Element child : children) {
            boolean state = child.namespace().equals(CHAT_STATES);
            if (!state && !accompanies(child)) {
                return false;
            }
            typing |= state;
        }
        return typing;
    }

    private static boolean accompanies(Element child) {
        return switch (child.namespace()) {
            case Namespaces.CLIENT -> child.name().equals("thread");
            case "urn:xmpp:hints", "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0", "urn:xmpp:delay" -> true;
            default -> false;
        };
    }
}
