package im.gatehouse.modules.muclimits;

import im.gatehouse.config.ConfigFile;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.muc.Affiliation;
import im.gatehouse.modules.muc.BenchRooms;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomEvent;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.time.SystemTime;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long a decision takes on a message of eighty characters, all in all. Run it with {@code -prof gc}: what is
 * admitted makes no object.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoomLimitsBenchmark {
    private static final int SENDERS = 16;

    @Param({"true", "false"})
    public boolean fair;

    private final SystemTime time = new SystemTime();
    private final Metrics metrics = new Metrics(time, false);
    private final RoomEvent[] events = new RoomEvent[SENDERS];
    private RoomLimits limits;
    private RoomEvent member;
    private Room one;
    private int next;

    @Setup
    public void setUp() {
        // as much as a bucket can have, so that nothing is ever refused
        limits = limits("muc_event_rate = 100000\nmuc_burst_factor = 86400\nmuc_limit_base_cost = 0.000001\n");
        one = BenchRooms.room("one@conference.localhost");
        BenchRooms.handles(one, time.nanos());
        for (int i = 0; i < SENDERS; i++) {
            events[i] = event(one, "user" + i, Affiliation.NONE);
        }
        member = event(one, "member", Affiliation.MEMBER);
    }

    private RoomLimits limits(String toml) {
        ConfigFile file = ConfigFile.parse(
                "[modules.mod_muc_limits]\nfair = " + fair + "\n" + toml, Path.of("gatehouse.toml"));
        MucLimitsConfig config = MucLimitsConfig.read(file.root().section("modules").section("mod_muc_limits"));
        LimitFigures figures = new LimitFigures(metrics.scope(), List.of("localhost"));
        return new RoomLimits(config, time, figures, new RefusalSummary(), new Offenders(time), new FloodWatch(time, null, figures));
    }

    private static RoomEvent event(Room room, String user, Affiliation affiliation) {
        Jid sender = Jid.parse(user + "@localhost/phone");
        Element body = Element.of("body", Namespaces.CLIENT, "x".repeat(80));
        Message message = Message.of(Message.Type.GROUPCHAT, sender, room.jid(), "m1", body);
        return new RoomEvent(RoomEvent.Kind.MESSAGE, room, sender, affiliation, message);
    }

    @TearDown
    public void tearDown() {
        metrics.close();
        time.close();
    }

    @Benchmark
    public Verdict<StanzaError> admitted() {
        BenchRooms.handles(one, one.handledAt() + 200); // the clock is the room's, which asks it for everything
        return limits.check(events[next++ % SENDERS]);
    }

    @Benchmark
    public Verdict<StanzaError> member() {
        return limits.check(member);
    }
}
