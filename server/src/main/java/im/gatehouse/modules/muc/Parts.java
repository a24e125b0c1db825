package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.muc.setting.Archived;
import im.gatehouse.modules.muc.setting.HistoryLength;
import im.gatehouse.router.Router;
import im.gatehouse.router.StanzaId;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the handlers of rooms' stanzas share. Safe from any thread. */
final class Parts {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    final Router router;
    final Sessions sessions;
    final Database database;
    final Time time;
    final Predicate<Jid> isAdmin;
    final RoomHooks hooks = new RoomHooks();
    final RoomStore store = new RoomStore(hooks.removal());
    final CardStore cards = new CardStore();
    final HatStore hats = new HatStore();
    final Broadcast broadcast;
    final Unveiling unveiling;
    final Audience audience;
    final HistoryWriter historyWriter;

    /** Replaced when the configuration is read again. */
    volatile MucConfig config;

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
        this.audience = new Audience(time, broadcast);
        this.historyWriter = new HistoryWriter(database, store);
    }

    /** What somebody is to a room; administrators of the service own all rooms. */
    Affiliation affiliation(Room room, Jid user) {
        return isAdmin.test(user) ? Affiliation.OWNER : room.affiliations.of(user);
    }

    /** How many messages a room keeps: what its owners say, and no more than the operator allows. */
    int historyLength(Room room) {
        return Math.min(room.config(HistoryLength.SETTING), config.historyLength());
    }

    /** A name that nobody can guess or foresee: 120 bits. */
    String randomId() {
        byte[] bytes = new byte[15];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }

    /**
     * What is said in a room with the mark by which it is known from now on (XEP-0359), after the archive has taken it.
     *
     * @param said what everybody will get
     * @param speaker the real bare address of who says it
     * @param request by which they do; refused when the archive loses it
     * @throws im.gatehouse.stanza.StanzaException when it must not be said because it cannot be kept
     */
    Message marked(Room room, Message said, Jid speaker, Stanza request) {
        RoomArchive archive = hooks.archive();
        Long number = archive == null || !room.stored || !room.config(Archived.SETTING)
                ? null
                : archive.keep(room, said.to(null), speaker, error -> refuse(room, request, error));
        return said.with(stanzaId(room, number == null ? random.nextLong() : number));
    }

    /** As {@link #marked}, for what has happened already and is said whether it can be kept or not. */
    Message markedAnyhow(Room room, Message said, Jid speaker, Stanza request) {
        try {
            return marked(room, said, speaker, request);
        } catch (StanzaException e) {
            log.warn("What happened in a room is missing from its archive: {}", e.error().text());
            return said.with(stanzaId(room, random.nextLong()));
        }
    }

    private static Element stanzaId(Room room, long number) {
        return StanzaId.of(room.jid(), StanzaIds.text(room.salt, number));
    }

    /** Answers a stanza with an error of the room, unless it is one itself or an answer. In the room's lane. */
    void bounce(Room room, Stanza stanza, StanzaError error) {
        router.bounce(stanza, error.by(room.jid()), room.lane());
    }

    /** Answers a request with an error, after what waits in the room's lane. Safe from any thread. */
    void refuse(Room room, Stanza request, StanzaError error) {
        room.lane().add(() -> bounce(room, request, error));
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
