package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.Moderated;
import im.gatehouse.modules.muc.setting.PresenceBroadcast;
import im.gatehouse.modules.muc.setting.RolesSetting;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.modules.muc.setting.VoiceByDefault;
import im.gatehouse.modules.muc.setting.WhoIs;
import im.gatehouse.session.Lane;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A room: what it is now, and the lane in which everything that happens to it happens one after another.
 *
 * <p>All but the address, the configuration and the number of occupants belongs to the lane.
 */
public final class Room {
    /** A kind of thing that a module keeps with a room for as long as the room is in memory. */
    public static final class Key<T> {
        private final String name;

        public Key(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Somebody who asks to become a member.
     *
     * @param nick that they want
     * @param at when the admins were asked, by the monotonic clock
     */
    record Applicant(String nick, long at) {}

    /** How far a room has come. */
    enum State {
        /** Nobody has looked yet whether it is stored. */
        UNKNOWN,
        /** There is none of that name; it may be made now, or this object goes. */
        ABSENT,
        /** It has been made, and only its owner may be in it until it is configured (XEP-0045 section 10.1.1). */
        LOCKED,
        OPEN,
        /** This object is no longer the room; another may be. */
        GONE
    }

    /** A map that forgets its eldest entry when it grows too large. */
    private static final class Remembered<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MOST_REMEMBERED;
        }
    }

    /** Things that may wait for a room: more would be refused with a wait error. */
    private static final int LANE_BOUND = 1_000;

    /** Of how many people the room remembers something that it may forget: invitations, roles. */
    private static final int MOST_REMEMBERED = 500;

    private static final Object[] NOTHING = {};

    private final Jid jid;
    private final String host;
    private final Lane lane = new Lane(LANE_BOUND);

    /** Changed in the lane; read by whoever has just handed the room something, too. */
    volatile State state = State.UNKNOWN;

    /** Whether it is in the database: the changes that are confirmed go there first. */
    boolean stored;

    /** Makes the occupants' ids unlike those in other rooms; never told to anybody. */
    byte[] salt = {};

    Affiliations affiliations = new Affiliations();
    final Occupants occupants = new Occupants();
    final History history = new History();
    Subject subject = Subject.NONE;

    /** Who really sent the invitations that have not been answered; the eldest go first. */
    final Map<Invitation, Jid> invitations = new Remembered<>();

    /** Who asks to become a member, with the nick they want. */
    final Map<Jid, Applicant> applicants = new Remembered<>();

    /** Who left with another role than they would come in with, so that coming back does not change it. */
    final Map<Jid, Role> roles = new Remembered<>();

    /** The visiting card while the room is not stored, or null; the database has that of a stored one. */
    @Nullable RoomCard card;

    /** Of the pictures on the visiting card. */
    List<String> cardHashes = List.of();

    Hats hats = Hats.NONE;

    /**
     * Those whose address is still to be shown to the others since the room became non-anonymous; null when none is.
     */
    @Nullable Iterator<Occupant> unveiled;

    /** Those who are still to be looked at since the owners changed whose presence is shown; null when none is. */
    @Nullable Iterator<Occupant> judged;

    /** What is on for a time and is not stored so, or null. */
    private @Nullable RoomSetting<Boolean> forNow;

    /** When something was last asked of it, by the monotonic clock. */
    long usedAt;

    /** Read by those who list rooms from other threads. Written by the lane alone. */
    private volatile RoomConfig config = RoomConfig.INITIAL;

    /** Read by those who list rooms from other threads. Written by the lane alone. */
    private volatile boolean open;

    /** Who made it while it was in memory. Read by those who count rooms from other threads. */
    private volatile @Nullable Jid maker;

    /**
     * Completes when all that was said is stored; null where nothing is stored behind its delivery. Written by the lane
     * alone, read by those who have just had something handled.
     */
    private volatile @Nullable CompletableFuture<?> unstored;

    /** Keys and values in turn: small, because there may be very many rooms. */
    private Object[] kept = NOTHING;

    Room(Jid jid, String host) {
        this.jid = jid;
        this.host = host;
        lane.takeOwed(); // from now on it notes them
    }

    /** The bare address. */
    public Jid jid() {
        return jid;
    }

    /** The served host that the room belongs to, for figures. */
    public String host() {
        return host;
    }

    /** What its owners have decided. Safe from any thread. */
    public RoomConfig config() {
        return config;
    }

    /** One thing that its owners have decided. Safe from any thread. */
    public <T> T config(RoomSetting<T> setting) {
        return config.get(setting);
    }

    /** How many nicks are in it. Safe from any thread. */
    public int occupantCount() {
        return occupants.count();
    }

    /** Whether somebody in it has exactly this nick. In the room's lane. */
    public boolean hasNick(String nick) {
        return occupants.named(nick) != null;
    }

    /** What a module keeps here under the key, or null. In the room's lane. */
    @SuppressWarnings("unchecked") // keep() puts nothing else behind the key
    public <T> @Nullable T kept(Key<T> key) {
        Object[] pairs = kept;
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == key) {
                return (T) pairs[i + 1];
            }
        }
        return null;
    }

    /**
     * Keeps something with the room, in place of what was under a key of that name: a module that was off for a time
     * has another key. In the room's lane.
     */
    public <T> void keep(Key<T> key, T value) {
        for (int i = 0; i < kept.length; i += 2) {
            if (kept[i].toString().equals(key.name)) {
                kept[i] = key;
                kept[i + 1] = value;
                return;
            }
        }
        Object[] more = Arrays.copyOf(kept, kept.length + 2);
        more[kept.length] = key;
        more[kept.length + 1] = value;
        kept = more;
    }

    /**
     * Notes that something said is stored behind its delivery: whoever said it is not told before that it is in good
     * hands; see {@link Lane#owe}. In the room's lane.
     *
     * @param stored completes when it is stored, on any thread; exceptionally when it is lost
     */
    public void owe(CompletionStage<?> stored) {
        CompletableFuture<?> next = stored.toCompletableFuture();
        CompletableFuture<?> before = unstored;
        unstored = before == null || before.isDone() ? next : CompletableFuture.allOf(before, next);
    }

    /** Notes what others owe by the room's lane for what it has passed on to them. In the room's lane. */
    void takeOwed() {
        lane.takeOwed().forEach(this::owe);
    }

    /**
     * Completes when all is stored that was said by now; null when it is. Safe from any thread.
     */
    @Nullable CompletionStage<?> unstored() {
        CompletableFuture<?> last = unstored;
        return last == null || last.isDone() && !last.isCompletedExceptionally() ? null : last;
    }

    /** Who made it since it was last read from the database, or null. Safe from any thread. */
    @Nullable Jid maker() {
        return maker;
    }

    void maker(Jid maker) {
        this.maker = maker;
    }

    /** When what is being handled came to its turn, by the monotonic clock: so that it is asked once. In the lane. */
    public long handledAt() {
        return usedAt;
    }

    /** Where everything that happens to the room happens. */
    Lane lane() {
        return lane;
    }

    /** Takes another visiting card, which the database has by now if the room is stored; null for none. */
    void card(@Nullable RoomCard card) {
        this.card = stored ? null : card;
        this.cardHashes = card == null ? List.of() : card.hashes();
    }

    void config(RoomConfig config) {
        this.config = config;
        if (forNow != null && !config.get(forNow)) {
            forNow = null; // its owners do not want it any longer
        }
    }

    /** What is on for a time and is not stored so, or null. */
    @Nullable RoomSetting<Boolean> forNow() {
        return forNow;
    }

    /** Turns something on for a time: whatever is stored meanwhile, this is not. */
    void turnOnForNow(RoomSetting<Boolean> setting) {
        config(config.with(setting, true));
        forNow = setting;
    }

    /** What is stored of a configuration of this room. */
    RoomConfig lasting(RoomConfig config) {
        return forNow == null ? config : config.with(forNow, false);
    }

    void state(State state) {
        this.state = state;
        this.open = state == State.OPEN;
    }

    /** Whether others than its maker may know of it. Safe from any thread. */
    boolean isOpen() {
        return open;
    }

    /** Whether those who are nothing to the room come in without voice. */
    boolean mutesStrangers() {
        return config.get(Moderated.SETTING) && !config.get(VoiceByDefault.SETTING);
    }

    /** Whether everybody is shown the presence of those with that role; moderators are in any case. */
    boolean broadcasts(Role role) {
        RolesSetting.Kind kind = role.kind();
        return kind == null || config.get(PresenceBroadcast.SETTING).contains(kind);
    }

    boolean isNonAnonymous() {
        return config.get(WhoIs.SETTING) == WhoIs.Who.ANYONE;
    }

    @Override
    public String toString() {
        return jid.toString();
    }
}
