package im.gatehouse.xml;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names, namespaces and short values that nearly every stream uses, found by their bytes, so that reading them
 * makes no new strings. The table is fixed: what peers send never gets into it.
 */
final class KnownNames {
    private static final String[] ALL = {
        // Elements and attributes of the streams and stanzas themselves.
        "stream:stream", "stream", "stream:features", "features", "stream:error", "message", "presence", "iq", "body",
        "subject", "thread", "show", "status", "priority", "error", "text", "query", "item", "items", "group", "x",
        "starttls", "proceed", "failure", "auth", "challenge", "response", "success", "abort", "mechanisms",
        "mechanism", "bind", "resource", "jid", "session", "optional", "required", "open", "close", "ver", "version",
        "to", "from", "id", "type", "xml:lang", "xmlns", "xmlns:stream", "name", "subscription", "ask", "node",
        "code", "by", "stamp", "hash", "var", "label", "value", "field", "title", "instructions", "option",
        "reported", "media", "uri", "set", "max", "after", "before", "first", "last", "index", "count", "start",
        "end", "with", "rid", "sid", "ack", "wait", "hold", "content", "password", "username", "initial-response",
        "authenticate", "user-agent", "software", "device", "authorization-identifier", "inline", "tag",
        // Extensions.
        "r", "a", "h", "enable", "enabled", "resume", "resumed", "failed", "previd", "location", "active", "inactive",
        "composing", "paused", "gone", "request", "received", "sent", "private", "forwarded", "delay", "carbon",
        "disable", "markable", "displayed", "acknowledged", "origin-id", "stanza-id", "store", "no-store", "no-copy",
        "no-permanent-store", "replace", "reply", "reactions", "reaction", "fallback", "fin", "complete", "result",
        "prefs", "default", "always", "never", "ping", "vCard", "photo", "PHOTO", "c", "identity", "feature",
        "category", "history", "maxstanzas", "maxchars", "seconds", "since", "affiliation", "role", "nick", "reason",
        "actor", "invite", "decline", "destroy", "pubsub", "event", "publish", "publish-options", "retract",
        "subscribe", "unsubscribe", "subscriptions", "affiliations", "configure", "create", "delete", "purge",
        "block", "unblock", "blocklist", "encrypted", "header", "key", "iv", "payload", "encryption", "data", "url",
        "desc", "slot", "put", "get", "filename", "size", "content-type", "hint", "csi", "command", "action",
        "actions", "note", "utc", "tzo", "storage", "conference", "autojoin", "register", "remove", "xmlns:db",
        "db:result", "db:verify",
        // Values.
        "chat", "groupchat", "normal", "headline", "available", "unavailable", "subscribed", "unsubscribed", "probe",
        "both", "none", "away", "xa", "dnd", "1.0", "en", "de", "true", "false", "0", "1", "cancel", "modify", "auth",
        "continue", "sha-1", "submit", "form", "hidden", "text-single", "text-private", "text-multi", "list-single",
        "list-multi", "boolean", "fixed", "jid-single", "jid-multi", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256",
        "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "EXTERNAL", "member", "owner", "admin", "outcast", "participant",
        "moderator", "visitor", "client", "server", "pc", "phone", "web", "FORM_TYPE",
        // Namespaces.
        Namespaces.CLIENT, Namespaces.SERVER, Namespaces.STREAM, Namespaces.STREAM_ERRORS, Namespaces.STANZA_ERRORS,
        Namespaces.TLS, Namespaces.SASL, Namespaces.BIND, Namespaces.SESSION, Namespaces.XML,
        "jabber:server:dialback", "urn:ietf:params:xml:ns:xmpp-framing", "http://jabber.org/protocol/httpbind",
        "urn:xmpp:xbosh", "urn:xmpp:sasl:2", "urn:xmpp:bind:0", "urn:xmpp:fast:0", "urn:xmpp:sm:3", "urn:xmpp:csi:0",
        "urn:xmpp:carbons:2", "urn:xmpp:forward:0", "urn:xmpp:delay", "urn:xmpp:mam:2", "urn:xmpp:sid:0",
        "urn:xmpp:hints", "urn:xmpp:receipts", "urn:xmpp:chat-markers:0", "urn:xmpp:message-correct:0",
        "urn:xmpp:reactions:0", "urn:xmpp:reply:0", "urn:xmpp:fallback:0", "urn:xmpp:message-retract:1",
        "urn:xmpp:ping", "urn:xmpp:time", "urn:xmpp:blocking", "urn:xmpp:push:0", "urn:xmpp:http:upload:0",
        "urn:xmpp:eme:0", "urn:xmpp:omemo:2", "eu.siacs.conversations.axolotl", "urn:xmpp:bookmarks:1",
        "urn:xmpp:avatar:data", "urn:xmpp:avatar:metadata", "urn:xmpp:idle:1", "urn:xmpp:occupant-id:0",
        "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items",
        "http://jabber.org/protocol/caps", "http://jabber.org/protocol/chatstates", "http://jabber.org/protocol/muc",
        "http://jabber.org/protocol/muc#user", "http://jabber.org/protocol/muc#admin",
        "http://jabber.org/protocol/muc#owner", "http://jabber.org/protocol/pubsub",
        "http://jabber.org/protocol/pubsub#event", "http://jabber.org/protocol/pubsub#owner",
        "http://jabber.org/protocol/pubsub#errors", "http://jabber.org/protocol/pubsub#publish-options",
        "http://jabber.org/protocol/commands", "http://jabber.org/protocol/rsm", "http://jabber.org/protocol/nick",
        "jabber:iq:roster", "jabber:iq:register", "jabber:iq:private", "jabber:iq:version", "jabber:iq:last",
        "jabber:iq:auth", "jabber:x:data", "jabber:x:oob", "jabber:x:conference", "storage:bookmarks", "vcard-temp",
        "vcard-temp:x:update",
    };

    private static final int SLOTS = 2048;
    private static final byte[] @Nullable [] KEYS = new byte[SLOTS][];
    private static final @Nullable String[] NAMES = new String[SLOTS];

    /** No longer value is worth a look. */
    private static final int LONGEST = Arrays.stream(ALL).mapToInt(String::length).max().orElseThrow();

    static {
        for (String name : ALL) {
            byte[] key = XmlBuffer.utf8(name);
            int slot = slot(key, 0, key.length);
            while (NAMES[slot] != null && !name.equals(NAMES[slot])) {
                slot = slot + 1 & SLOTS - 1;
            }
            NAMES[slot] = name.intern();
            KEYS[slot] = key;
        }
    }

    private KnownNames() {}

    /** The known string that has these bytes in UTF-8, or null. */
    static @Nullable String find(byte[] bytes, int offset, int length) {
        if (length == 0 || length > LONGEST) {
            return null;
        }
        int slot = slot(bytes, offset, length);
        byte[] key = KEYS[slot];
        while (key != null) {
            if (matches(key, bytes, offset, length)) {
                return NAMES[slot];
            }
            slot = slot + 1 & SLOTS - 1;
            key = KEYS[slot];
        }
        return null;
    }

    /** A part of a text, which is the known string where there is one. */
    static String part(String text, int from, int to) {
        String part = text.substring(from, to);
        byte[] bytes = XmlBuffer.utf8(part);
        String known = find(bytes, 0, bytes.length);
        return known == null ? part : known;
    }

    private static boolean matches(byte[] key, byte[] bytes, int offset, int length) {
        if (key.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (key[i] != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }

    /** A hash of length, first, middle and last two bytes: the table never changes, so nobody can make it slow. */
    private static int slot(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int hash = length * 31 + bytes[offset];
        hash = hash * 31 + bytes[offset + (length >> 1)];
        hash = hash * 31 + bytes[end - 1];
        hash = hash * 31 + bytes[Math.max(offset, end - 3)];
        return (hash ^ hash >> 7) & SLOTS - 1;
    }
}
