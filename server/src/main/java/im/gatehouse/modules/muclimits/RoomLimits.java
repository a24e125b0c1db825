package im.gatehouse.modules.muclimits;

import im.gatehouse.hook.Guard;
import im.gatehouse.hook.Verdict;
import im.gatehouse.modules.muc.Affiliation;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomEvent;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a room usable during a flood: those who are nothing to a room share its bucket of events, and what exceeds it
 * is refused. Members, admins and owners are free. Asked in the room's lane; what is admitted makes no object.
 */
final class RoomLimits implements Guard<RoomEvent, StanzaError> {
    /** What the configuration comes to, with amounts as the bucket counts. */
    private record Policy(MucLimitsConfig config, Rate rate, long baseCost, long lineCost) {
        static Policy of(MucLimitsConfig config, long now) {
            return new Policy(
                    config,
                    Rate.of(config.eventRate(), config.burstFactor(), now),
                    Rate.amount(config.baseCost()),
                    Rate.amount(config.lineMultiplier()));
        }
    }

    private static final Verdict<StanzaError> PASS = Verdict.pass();

    private final Time time;
    private final LimitFigures figures;
    private final RefusalSummary summary;

    /** Under this each room keeps its bucket, so that it lives where the room lives. */
    private final Room.Key<Bucket> key = new Room.Key<>("bucket");

    private volatile Policy policy;

    RoomLimits(MucLimitsConfig config, Time time, LimitFigures figures, RefusalSummary summary) {
        this.time = time;
        this.figures = figures;
        this.summary = summary;
        this.policy = Policy.of(config, time.nanos());
    }

    /** Takes another configuration: it holds at once, in rooms that exist too. */
    void reload(MucLimitsConfig config) {
        policy = Policy.of(config, time.nanos());
    }

    @Override
    public Verdict<StanzaError> check(RoomEvent event) {
        Policy now = policy;
        if (event.affiliation().atLeast(Affiliation.MEMBER) || !limited(now.config, event)) {
            return PASS;
        }
        String body = event.stanza() instanceof Message message ? message.body() : null;
        int lines = body == null ? 0 : Texts.newlines(body);
        Refused reason = tooLong(now.config, event, body, lines);
        if (reason == null && !bucket(event.room(), now).take(cost(now, lines), now.rate, time.nanos())) {
            reason = Refused.OVERACTIVE;
        }
        if (reason == null) {
            figures.admitted(event);
            return PASS;
        }
        figures.refused(event, reason);
        summary.refused(event.sender());
        return reason.verdict();
    }

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

    private static @Nullable Refused tooLong(
            MucLimitsConfig config, RoomEvent event, @Nullable String body, int lines) {
        boolean takesNick = event.kind() == RoomEvent.Kind.JOIN || event.kind() == RoomEvent.Kind.NICK_CHANGE;
        if (takesNick && Texts.exceeds(event.stanza().receiver().resource(), config.maxNickLength())) {
            return Refused.NICK_TOO_LONG;
        }
        boolean longBody =
                body != null && (lines > config.maxLineCount() || Texts.exceeds(body, config.maxCharCount()));
        return longBody ? Refused.BODY_TOO_LONG : null;
    }

    private static long cost(Policy policy, int lines) {
        return policy.baseCost + lines * policy.lineCost;
    }

    private Bucket bucket(Room room, Policy now) {
        Bucket bucket = room.kept(key);
        if (bucket == null) {
            bucket = new Bucket(now.rate, time.nanos());
            room.keep(key, bucket);
        }
        return bucket;
    }
}
