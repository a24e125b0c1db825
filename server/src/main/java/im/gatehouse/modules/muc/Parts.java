package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Predicate;

/** What the handlers of rooms' stanzas share. Safe from any thread. */
final class Parts {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    final Router router;
    final Sessions sessions;
    final Database database;
    final Time time;
    final Predicate<Jid> isAdmin;
    final RoomStore store = new RoomStore();
    final CardStore cards = new CardStore();
    final HatStore hats = new HatStore();
    final RoomHooks hooks = new RoomHooks();
    final Broadcast broadcast;
    final Unveiling unveiling;
    final HistoryWriter historyWriter;

    /** Replaced when the configuration is read again. */
    volatile MucConfig config;

    private final StanzaIds stanzaIds = new StanzaIds();
    private final SecureRandom random = new SecureRandom();

    Parts(MucConfig config, ModuleContext context) {
        this.config = config;
        this.router = context.router();
        this.sessions = context.sessions();
        this.database = context.database();
        this.time = context.time();
        this.isAdmin = context::isAdmin;
        this.broadcast = new Broadcast(router);
        this.unveiling = new Unveiling(time, broadcast);
        this.historyWriter = new HistoryWriter(database, store);
    }

    /** What somebody is to a room; administrators of the service own all rooms. */
    Affiliation affiliation(Room room, Jid user) {
        return isAdmin.test(user) ? Affiliation.OWNER : room.affiliations.of(user);
    }

    /** A name that nobody can guess or foresee: 120 bits. */
    String randomId() {
        byte[] bytes = new byte[15];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    /** The mark by which a message said in the room is known from now on (XEP-0359). */
    Element stanzaId(Room room) {
        return Element.builder("stanza-id", Muc.STANZA_ID)
                .attribute("by", room.jid().toString())
                .attribute("id", stanzaIds.next(room.salt))
                .build();
    }

    byte[] newSalt() {
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        return salt;
    }

    /** The id of a user in a room, which tells nothing of the user and nothing across rooms (XEP-0421). */
    static String occupantId(Room room, Jid user) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(room.salt);
            return BASE64.encodeToString(digest.digest(user.bare().toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
