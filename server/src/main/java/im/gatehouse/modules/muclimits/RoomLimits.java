package im.gatehouse.modules.muclimits;

import im.gatehouse.hook.Guard;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Affiliation;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.RoomEvent;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.time.Time;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a room usable during a flood: those who are nothing to a room share its bucket of events, and what exceeds it
 * is refused. Members, admins and owners are free; slow mode holds for members too. Asked in the room's lane; what is
 * admitted makes no object, but for the first events in a room and of a sender.
 *
 * <p>What is known of a room is kept with the room, so that in a cluster it lives where the room's one owner is.
 */
final class RoomLimits implements Guard<RoomEvent, StanzaError> {
    private static final Verdict<StanzaError> PASS = Verdict.pass();

    private final Time time;
    private final LimitFigures figures;
    private final RefusalSummary summary;
    private final Offenders offenders;
    private final FloodWatch watch;
    private final OwnLimits own;
    private final SlowMode slowMode;
    private final Answers answers = new Answers();

    /** Under this each room keeps its bucket. */
    private final Room.Key<RoomState> key = new Room.Key<>("limits");

    /** Rooms that keep more than their bucket. */
    private final Set<Room> busy = ConcurrentHashMap.newKeySet();

    private volatile Policy policy;

    RoomLimits(
            MucLimitsConfig config,
            Time time,
            LimitFigures figures,
            RefusalSummary summary,
            Offenders offenders,
            FloodWatch watch) {
        this.time = time;
        this.figures = figures;
        this.summary = summary;
        this.offenders = offenders;
        this.watch = watch;
        this.own = new OwnLimits(time, config);
        this.slowMode = new SlowMode(config);
        this.policy = Policy.of(config, own, time.nanos());
    }

    OwnLimits own() {
        return own;
    }

    SlowMode slowMode() {
        return slowMode;
    }

    Policy policy() {
        return policy;
    }

    /** Takes another configuration: it holds at once, in rooms that exist too. */
    void reload(MucLimitsConfig config) {
        own.reload(config);
        slowMode.reload(config);
        policy = Policy.of(config, own, time.nanos());
    }

    @Override
    public Verdict<StanzaError> check(RoomEvent event) {
        Policy now = policy;
        boolean counted = !event.affiliation().atLeast(Affiliation.MEMBER) && limited(now.config(), event);
        int between = slowSeconds(event);
        return counted || between > 0 ? check(event, now, counted, between) : PASS;
    }

    private Verdict<StanzaError> check(RoomEvent event, Policy now, boolean counted, int between) {
        long at = event.room().handledAt();
        Jid user = event.sender().bare();
        RoomState state = state(event.room(), now, at);
        boolean wasBusy = state.isBusy();
        int lines = event.stanza() instanceof Message message
                ? Texts.newlines(message, now.config().maxCharCount())
                : 0;
        boolean join = event.kind() == RoomEvent.Kind.JOIN;
        Refused reason = counted ? tooLong(now.config(), event, lines) : null;
        if (reason == null && between > 0 && state.slowSeconds(user, between, at) > 0) {
            reason = Refused.SLOW_MODE;
        }
        if (reason == null && counted && !state.take(user, join, now.cost(lines), at)) {
            reason = Refused.OVERACTIVE;
        }
        if (reason != null) {
            return refused(event, now, state, reason, now.cost(lines), between, at);
        }
        if (between > 0) {
            state.spoke(user, between, at);
        }
        if (!wasBusy && state.isBusy()) {
            busy.add(event.room());
        }
        if (counted) {
            figures.admitted(event);
        }
        return PASS;
    }

    // --- what is limited ---

    private static boolean limited(MucLimitsConfig config, RoomEvent event) {
        if (config.joinsOnly()) {
            return event.kind() == RoomEvent.Kind.JOIN;
        }
        return switch (event.kind()) {
            case JOIN, NICK_CHANGE, PRESENCE, VOICE_REQUEST -> true;
            case MESSAGE -> counts(config, event);
            case PRIVATE_MESSAGE -> config.countPrivateMessages() && counts(config, event);
            case SUBJECT -> config.countSubjectChanges();
            case INVITE -> config.countInvites();
        };
    }

    private static boolean counts(MucLimitsConfig config, RoomEvent event) {
        return config.countBodyless() || event.stanza() instanceof Message message && message.body() != null;
    }

    /** Seconds that the sender must leave between two such events; 0 where slow mode does not concern it. */
    private int slowSeconds(RoomEvent event) {
        if (event.kind() != RoomEvent.Kind.MESSAGE || event.affiliation().atLeast(Affiliation.ADMIN)) {
            return 0;
        }
        int between = event.room().config(slowMode);
        return between > 0 && event.stanza() instanceof Message message && message.body() != null ? between : 0;
    }

    private static @Nullable Refused tooLong(MucLimitsConfig config, RoomEvent event, int lines) {
        boolean takesNick = event.kind() == RoomEvent.Kind.JOIN || event.kind() == RoomEvent.Kind.NICK_CHANGE;
        if (takesNick) {
            String nick = event.stanza().receiver().resource();
            boolean tooLong = Texts.exceeds(nick, config.maxNickLength()) && !event.room().hasNick(nick);
            return tooLong ? Refused.NICK_TOO_LONG : null;
        }
        return lines == Texts.TOO_LONG || lines > config.maxLineCount() ? Refused.BODY_TOO_LONG : null;
    }

    // --- refusing ---

    private Verdict<StanzaError> refused(
            RoomEvent event, Policy now, RoomState state, Refused reason, long cost, int between, long at) {
        Jid user = event.sender().bare();
        boolean only = now.config().observe();
        summary.refused(user, only);
        if (only) {
            figures.observed(event, reason);
            return PASS;
        }
        figures.refused(event, reason);
        offenders.refused(user, event.room().jid(), at);
        boolean telling = now.config().retryAfter();
        return switch (reason) {
            case NICK_TOO_LONG, BODY_TOO_LONG -> reason.verdict();
            case SLOW_MODE -> Answers.slow(between, state.slowSeconds(user, between, at), telling);
            case OVERACTIVE -> {
                watch.refused(event.room(), user, now.config().alarm(), at);
                boolean join = event.kind() == RoomEvent.Kind.JOIN;
                yield answers.overactive(telling ? state.secondsUntil(join, cost, at) : 0);
            }
        };
    }

    // --- rooms ---

    private RoomState state(Room room, Policy now, long at) {
        RoomState state = room.kept(key);
        if (state == null) {
            state = new RoomState(now, room.config(), at);
            room.keep(key, state);
        } else {
            state.adopt(now, room.config());
        }
        return state;
    }

    /** How it stands with a room. In its lane. */
    RoomState state(Room room) {
        return state(room, policy, time.nanos());
    }

    /** Lets rooms that have become quiet keep no more than their bucket. Safe from any thread. */
    void sweep(RoomControl control) {
        for (Room room : busy) {
            control.run(room, () -> {
                if (state(room).rest(room.config(slowMode), time.nanos())) {
                    busy.remove(room);
                }
            });
        }
    }

    /** How many rooms keep more than their bucket. Safe from any thread. */
    int busyRooms() {
        return busy.size();
    }
}
