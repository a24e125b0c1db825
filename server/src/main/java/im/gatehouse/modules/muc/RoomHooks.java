package im.gatehouse.modules.muc;

import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.RoomSettings;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Where other modules take part in what rooms do; a service for those that require {@code mod_muc}. */
public final class RoomHooks {
    /**
     * Something that was said to all in a room.
     *
     * @param room where
     * @param message as everybody got it, with its stanza-id, but for the receiver
     */
    public record Said(Room room, Message message) {}

    /**
     * Something that was said in a room and was taken back since.
     *
     * @param room where
     * @param stanzaId the id that the room gave to the message
     * @param number of which the room made that id
     * @param mark what stands in its place: the {@code <retracted/>} of XEP-0424
     * @param author the occupant-id of who takes it back, where only the author may; null where a moderator does
     */
    public record Retracted(
            Room room, String stanzaId, OptionalLong number, Element mark, @Nullable Element author) {}

    /**
     * Has an owner delete its rows of rooms in the transaction that removes those; each is a unit of work.
     *
     * @param ofRoom deletes those of one room, by its bare address
     * @param ofDomain deletes those of all rooms of a domain
     */
    public record Removal(BiConsumer<DSLContext, Jid> ofRoom, BiConsumer<DSLContext, String> ofDomain) {}

    private final GuardPoint<RoomEvent, StanzaError> events =
            new GuardPoint<>("an event in a room", Condition.INTERNAL_SERVER_ERROR.error());
    private final NoticePoint<Said> said = new NoticePoint<>("something said in a room");
    private final NoticePoint<Retracted> retracted = new NoticePoint<>("something taken back in a room");
    private final NoticePoint<Jid> ended = new NoticePoint<>("the end of a room");
    private final RoomSettings settings = new RoomSettings();
    private final List<Function<Room, List<String>>> features = new CopyOnWriteArrayList<>();
    private final List<Removal> removals = new CopyOnWriteArrayList<>();
    private final Map<String, RoomRequests> requests = new ConcurrentHashMap<>();
    private volatile @Nullable RoomArchive archive;

    /** Asked in the room's lane before something happens that the room itself allows. Must not block. */
    public GuardPoint<RoomEvent, StanzaError> events() {
        return events;
    }

    /** Told in the room's lane of what was said to all. Must not block. */
    public NoticePoint<Said> said() {
        return said;
    }

    /** Told in the room's lane of what was taken back, whether it is in the room's history or not. Must not block. */
    public NoticePoint<Retracted> retracted() {
        return retracted;
    }

    /**
     * Told of rooms that are no longer stored, when that is so and before another of the name is. On a virtual thread.
     */
    public NoticePoint<Jid> ended() {
        return ended;
    }

    /**
     * Puts an archive behind its port.
     *
     * @return takes it away again
     */
    public Runnable archive(RoomArchive archive) {
        this.archive = archive;
        return () -> this.archive = null;
    }

    @Nullable RoomArchive archive() {
        return archive;
    }

    /**
     * Answers requests to rooms.
     *
     * @param namespace of the requests' child
     * @return takes it away again
     */
    public Runnable onRequest(String namespace, RoomRequests answers) {
        requests.put(namespace, answers);
        return () -> requests.remove(namespace, answers);
    }

    @Nullable RoomRequests requests(Iq request) {
        return requests.get(request.request().namespace());
    }

    /**
     * Adds to what discovery says of rooms.
     *
     * @param of the features of a room; asked in its lane, and never blocks
     * @return takes it away again
     */
    public Runnable addFeatures(Function<Room, List<String>> of) {
        features.add(of);
        return () -> features.remove(of);
    }

    List<String> features(Room room) {
        return features.stream().flatMap(of -> of.apply(room).stream()).toList();
    }

    /** Adds what is deleted together with a room; what it answers takes that away again. */
    public Runnable onRemoval(Removal removal) {
        removals.add(removal);
        return () -> removals.remove(removal);
    }

    /** All that others delete together with rooms. */
    Removal removal() {
        return new Removal(
                (db, room) -> removals.forEach(each -> each.ofRoom.accept(db, room)),
                (db, domain) -> removals.forEach(each -> each.ofDomain.accept(db, domain)));
    }

    /** The settings of rooms, to which others may be added. */
    public RoomSettings settings() {
        return settings;
    }
}
