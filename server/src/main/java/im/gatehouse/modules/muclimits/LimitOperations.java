package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.time.Time;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What administrators ask about the limits of rooms, and how they set one room's. */
final class LimitOperations {
    private static final int USUAL = 20;
    private static final int MOST = 1_000;
    private static final int LONGEST_SLOW_MODE = 86_400;

    private final RoomLimits limits;
    private final FloodWatch watch;
    private final Offenders offenders;
    private final RoomControl control;
    private final Time time;

    LimitOperations(
            RoomLimits limits, FloodWatch watch, Offenders offenders, RoomControl control, Time time) {
        this.limits = limits;
        this.watch = watch;
        this.offenders = offenders;
        this.control = control;
        this.time = time;
    }

    AdminOperations operations() {
        return AdminOperations.ofResource(LimitOperations.class, "muclimits.graphqls")
                .forDomainOf("room", "MUCLimitsAdminQuery", "roomStatus", call -> control.ask(
                        call, (room, done) -> done.complete(status(room))))
                .forDomainOf("room", "MUCLimitsAdminQuery", "topOffenders", this::topOffenders)
                .forDomainOf("room", "MUCLimitsAdminMutation", "setRoomLimits", this::setRoomLimits)
                .forDomainOf("room", "MUCLimitsAdminMutation", "resetRoomLimits", call -> control.ask(
                        call, (room, done) -> configure(room, RoomLimit.NONE, 0, done)));
    }

    private Map<String, Object> status(Room room) {
        RoomState state = limits.state(room);
        Policy policy = limits.policy();
        Rate rate = state.rate();
        double event = Rate.EVENT.doubleValue();
        Map<String, Object> status = new HashMap<>();
        status.put("room", room.jid());
        status.put("eventRate", rate.micros() / 1e6);
        status.put("capacity", rate.capacity() / event);
        status.put("burstFactor", rate.capacity() / event / (rate.micros() / 1e6));
        status.put("own", rate != policy.common());
        status.put("available", state.tokens(time.nanos()) / event);
        status.put("senders", state.senders());
        status.put("throttled", watch.isThrottled(room));
        status.put("slowMode", room.config(limits.slowMode()));
        status.put("alarmUntil", watch.alarmUntil(room));
        status.put("observed", policy.config().observe());
        return status;
    }

    private List<Map<String, Object>> topOffenders(AdminCall call) {
        Jid room = call.optional("room", Jid.class);
        int limit = Math.min(call.integer("limit", USUAL), MOST);
        return offenders.top(limit, room == null ? null : room.bare()).stream()
                .map(offender -> Map.<String, Object>of(
                        "user", offender.user(),
                        "refused", offender.refused(),
                        "room", offender.room(),
                        "last", offender.last()))
                .toList();
    }

    private @Nullable Object setRoomLimits(AdminCall call) {
        BigDecimal rate = number(call, "eventRate");
        BigDecimal factor = number(call, "burstFactor");
        Integer slow = call.optional("slowMode", Integer.class);
        if (slow != null && slow > LONGEST_SLOW_MODE) {
            throw refuse("slowMode takes at most " + LONGEST_SLOW_MODE + " seconds");
        }
        return control.ask(call, (room, done) -> {
            RoomLimit before = room.config(limits.own());
            try {
                RoomLimit limit = rate == null && factor == null
                        ? before
                        : limit(rate == null ? before.rate() : rate, factor == null ? before.factor() : factor);
                configure(room, limit, slow == null ? room.config(limits.slowMode()) : slow, done);
            } catch (AdminException e) {
                done.completeExceptionally(e);
            }
        });
    }

    private RoomLimit limit(BigDecimal rate, BigDecimal factor) {
        MucLimitsConfig config = limits.policy().config();
        RoomLimit limit = limits.own().of(rate, factor, true);
        boolean tooSmall = limit.rateOr(config.eventRate())
                        .multiply(limit.factorOr(config.burstFactor()))
                        .compareTo(config.baseCost())
                < 0;
        if (limit.isNone() || tooSmall) {
            throw refuse("eventRate is above 0 and at most 100000, burstFactor from 1 to 86400, both have six decimals at"
                    + " most, and their product is at least " + MucLimitsConfig.plain(config.baseCost())
                    + ", which is what an event costs");
        }
        return limit;
    }

    private static AdminException refuse(String message) {
        return new AdminException("bad_limits", message);
    }

    private static @Nullable BigDecimal number(AdminCall call, String name) {
        Number number = call.optional(name, Number.class);
        if (number == null) {
            return null;
        }
        double value = number.doubleValue();
        if (!(value > 0) || value > MucLimitsConfig.MOST_RATE) {
            throw refuse(name + " is a number above 0");
        }
        return BigDecimal.valueOf(value);
    }

    private void configure(Room room, RoomLimit limit, int slow, CompletableFuture<@Nullable Object> done) {
        RoomConfig config = room.config().with(limits.own(), limit).with(limits.slowMode(), slow);
        control.configure(room, config, () -> done.complete(status(room)));
    }
}
