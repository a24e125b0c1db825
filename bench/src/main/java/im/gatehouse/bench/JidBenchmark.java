package im.gatehouse.bench;

import im.gatehouse.jid.Jid;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How long it takes to read an address. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JidBenchmark {
    private String full = "juliet@example.com/balcony";
    private String bare = "romeo@example.net";
    private String capital = "Juliet@example.com";
    private String greek = "\u03C1\u03C9\u03BC\u03B1\u03AF\u03BF\u03C2@\u03B2\u03B5\u03C1\u03CC\u03BD\u03B1.example";
    private Jid jid = Jid.parse(full);

    @Benchmark
    public Jid parseFull() {
        return Jid.parse(full);
    }

    @Benchmark
    public Jid parseBare() {
        return Jid.parse(bare);
    }

    @Benchmark
    public Jid parseCapital() {
        return Jid.parse(capital);
    }

    @Benchmark
    public Jid parseInternational() {
        return Jid.parse(greek);
    }

    @Benchmark
    public int hash() {
        return jid.hashCode();
    }
}
