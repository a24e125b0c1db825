package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.StanzaId;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds a message again by who said it to whom and the id that the sender's client gave it (XEP-0359 section 3): when
 * it is sent once more, and when it is taken back. 64 bits of a digest: whoever finds something by it looks whether it
 * is that.
 */
final class Handle {
    private Handle() {}

    /** That of a message; null when its client gave it no id. */
    static @Nullable Long of(Message message) {
        return of(message.sender(), message.receiver(), message);
    }

    /** That of a message from one to another, who may be named otherwise in it; null when its client gave it no id. */
    static @Nullable Long of(Jid from, Jid to, Message message) {
        String id = clientId(message);
        return id == null ? null : of(from, to, id);
    }

    /** That of the message that another takes back (XEP-0424); null when it takes none back. */
    static @Nullable Long ofRetracted(Message message) {
        Element retract = message.child("retract", Mam.RETRACT);
        String id = retract == null ? null : retract.attribute("id");
        return id == null ? null : of(message.sender(), message.receiver(), id);
    }

    /** The id that stays the same when a message is sent again, or null. */
    static @Nullable String originId(Message message) {
        Element origin = message.child("origin-id", StanzaId.NAMESPACE);
        return origin == null ? null : origin.attribute("id");
    }

    /** The id by which a sender's client knows a message, or null. */
    static @Nullable String clientId(Message message) {
        String origin = originId(message);
        return origin == null ? message.id() : origin;
    }

    /** Whether a message may be the same, sent once more: a client that says so gives it the same id. */
    static boolean mayBeSentAgain(Message message) {
        return originId(message) != null || message.id() != null && message.has("x", Mam.ROOM_USER);
    }

    /** Whether two messages with one handle are the same to a person. */
    static boolean areSame(Message one, Message other) {
        boolean toAll = one.type() == Message.Type.GROUPCHAT; // then the whole address says who spoke
        return (toAll
                        ? one.sender().equals(other.sender())
                        : one.sender().bare().equals(other.sender().bare()))
                && Objects.equals(bare(one.to()), bare(other.to()))
                && String.valueOf(clientId(one)).equals(String.valueOf(clientId(other)))
                && String.valueOf(one.body()).equals(String.valueOf(other.body()));
    }

    private static @Nullable Jid bare(@Nullable Jid jid) {
        return jid == null ? null : jid.bare();
    }

    private static long of(Jid from, Jid to, String id) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, from.bare().toString());
            add(digest, to.bare().toString());
            return ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0); // stands in no address
    }
}
