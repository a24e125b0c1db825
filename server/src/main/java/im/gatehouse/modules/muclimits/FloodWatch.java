package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Moderated;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the rooms in which somebody is refused: how many there are, and whether a flood lasts so long that a room
 * must close its door for a while. What the alarm changes is not stored, and goes back by itself.
 */
final class FloodWatch {
    private static final Logger log = LoggerFactory.getLogger(FloodWatch.class);

    /** A room counts as throttled for so long after it refused somebody. */
    static final Duration THROTTLED = Duration.ofSeconds(10);

    /** Those who lose their voice at most: each is shown to all. */
    private static final int MOST_SILENCED = 100;

    /**
     * A room that closed its door.
     *
     * @param changes whether that changed the room, which may have been so already
     * @param silenced who lost their voice by it
     * @param others who else was there: whoever of them has no voice at the end has lost it otherwise
     */
    private record Alarm(
            AlarmConfig.Mode mode,
            boolean changes,
            Instant until,
            Set<Jid> silenced,
            Set<Jid> others,
            Time.Timer end) {}

    /** What is known of one room. All but the two volatile fields belongs to the room's lane. */
    private static final class Watch {
        final Room room;
        volatile long refusedAt;
        volatile @Nullable Alarm alarm;
        long since;
        int refusals;
        final Set<Jid> refused = new HashSet<>();

        Watch(Room room, long now) {
            this.room = room;
            this.since = now;
        }
    }

    private final Time time;
    private final RoomControl control;
    private final LimitFigures figures;
    private final Map<Room, Watch> watches = new ConcurrentHashMap<>();

    FloodWatch(Time time, RoomControl control, LimitFigures figures) {
        this.time = time;
        this.control = control;
        this.figures = figures;
    }

    /** Somebody was refused because the room is overactive. In the room's lane. */
    void refused(Room room, Jid user, AlarmConfig config, long now) {
        Watch watch = watches.get(room);
        if (watch == null) {
            watch = new Watch(room, now);
            watches.put(room, watch);
        }
        watch.refusedAt = now;
        if (config.isOn() && watch.alarm == null) {
            count(watch, user, config, now);
        }
    }

    private void count(Watch watch, Jid user, AlarmConfig config, long now) {
        if (now - watch.since > config.period().toNanos()) {
            watch.since = now;
            watch.refusals = 0;
            watch.refused.clear();
        }
        if (watch.refused.size() < MOST_SILENCED) {
            watch.refused.add(user);
        }
        if (++watch.refusals == config.refusals()) {
            control.run(watch.room, () -> raise(watch, config));
        }
    }

    private void raise(Watch watch, AlarmConfig config) {
        Room room = watch.room;
        if (watch.alarm != null || !control.isOpen(room)) {
            return;
        }
        RoomSetting<Boolean> setting =
                switch (config.mode()) {
                    case MODERATED -> Moderated.SETTING;
                    case MEMBERS_ONLY -> MembersOnly.SETTING;
                };
        boolean changes = !room.config(setting);
        Set<Jid> silenced = setting == Moderated.SETTING ? new HashSet<>(watch.refused) : new HashSet<>();
        silenced.removeAll(control.voiceless(room));
        Set<Jid> others = control.present(room);
        others.removeAll(silenced);
        watch.alarm = new Alarm(
                config.mode(),
                changes,
                time.now().plus(config.duration()),
                silenced,
                others,
                time.after(config.duration(), () -> control.run(room, () -> end(watch))));
        figures.alarm(room);
        log.info("A room is flooded: {} refusals; it is {} for {}", watch.refusals, setting, config.duration());
        if (changes) {
            control.turnOnForNow(room, setting);
        }
        control.voice(room, silenced, false);
        control.tellOwners(room, told(room, config, watch.refusals, changes));
        watch.refusals = 0;
        watch.refused.clear();
    }

    private static String told(Room room, AlarmConfig config, int refusals, boolean changes) {
        String flooded = "The room " + room.jid() + " is being flooded: " + refusals + " stanzas were refused within "
                + config.period().toSeconds() + " seconds. ";
        String becomes =
                switch (config.mode()) {
                    case MODERATED -> "those who flooded it have no voice, and newcomers have none";
                    case MEMBERS_ONLY -> "only members are in it";
                };
        return flooded + (changes ? "For " : "As it was set already, and for ") + config.duration().toSeconds()
                + " seconds " + becomes + (changes ? "; then it goes back by itself." : ".");
    }

    private void end(Watch watch) {
        Alarm alarm = watch.alarm;
        Room room = watch.room;
        watch.alarm = null;
        if (alarm == null || !control.isOpen(room)) {
            return;
        }
        if (undo(room, alarm)) {
            control.tellOwners(room, "The flood alarm of the room " + room.jid() + " is over.");
        }
    }

    /** Answers whether the room was still as the alarm had made it. */
    private boolean undo(Room room, Alarm alarm) {
        Set<Jid> voiceless = control.voiceless(room);
        boolean undone = alarm.changes && control.turnOffAgain(room);
        control.voice(room, alarm.silenced, true);
        if (alarm.changes && alarm.mode == AlarmConfig.Mode.MODERATED) {
            voiceless.removeAll(alarm.others);
            control.voice(room, voiceless, true); // those who came in meanwhile
        }
        return undone;
    }

    /** Until when the room's alarm lasts, or null where there is none. Safe from any thread. */
    @Nullable Instant alarmUntil(Room room) {
        Watch watch = watches.get(room);
        Alarm alarm = watch == null ? null : watch.alarm;
        return alarm == null ? null : alarm.until;
    }

    /** Whether somebody was refused there within the last moments. Safe from any thread. */
    boolean isThrottled(Room room) {
        Watch watch = watches.get(room);
        return watch != null && isThrottled(watch, time.nanos());
    }

    private static boolean isThrottled(Watch watch, long now) {
        return now - watch.refusedAt < THROTTLED.toNanos();
    }

    /** How many rooms of a host are throttled. Safe from any thread. */
    long throttled(String host) {
        long now = time.nanos();
        return watches.values().stream()
                .filter(watch -> watch.room.host().equals(host) && isThrottled(watch, now))
                .count();
    }

    /** Forgets the rooms in which nobody was refused for long. Safe from any thread. */
    void sweep(AlarmConfig config) {
        long longest = Math.max(THROTTLED.toNanos(), config.period().toNanos());
        long now = time.nanos();
        watches.values().removeIf(watch -> watch.alarm == null && now - watch.refusedAt > longest);
    }

    /** Ends all alarms: the module stops. */
    void close() {
        for (Watch watch : watches.values()) {
            control.run(watch.room, () -> {
                Alarm alarm = watch.alarm;
                if (alarm != null) {
                    alarm.end.cancel();
                    watch.alarm = null;
                    if (control.isOpen(watch.room)) {
                        undo(watch.room, alarm);
                    }
                }
            });
        }
    }
}
