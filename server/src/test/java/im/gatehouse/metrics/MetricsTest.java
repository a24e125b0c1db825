package im.gatehouse.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final MetricSpec STORED = MetricSpec.counter(
            "mod_blocklist_rdbms", "count", List.of("host_type", "function"), "Entries stored or removed");
    private static final MetricSpec STORED_TIME = MetricSpec.histogram(
            "mod_blocklist_rdbms", "time", List.of("host_type", "function"), "Microseconds a call takes");
    private static final MetricSpec DENIED = MetricSpec.counter(
            "mod_blocklist_denied", "count", List.of("host_type"), "Sessions of blocked users denied");
    private static final MetricSpec SESSIONS =
            MetricSpec.gauge("sm_total_sessions", "count", List.of(), "Sessions of the whole server");

    private final MovableTime time = new MovableTime();
    private Metrics metrics = new Metrics(time, false);

    @AfterEach
    void close() {
        metrics.close();
    }

    private static String buckets(String labels, long... cumulative) {
        StringBuilder text = new StringBuilder();
        for (int power = 0; power <= 30; power++) {
            long count = cumulative[Math.min(power, cumulative.length - 1)];
            text.append("mod_blocklist_rdbms_time_bucket{%s,le=\"%d\"} %d\n".formatted(labels, 1L << power, count));
        }
        return text.toString();
    }

    @Test
    void theBlocklistIsShownToPrometheusToTheLetter() {
        metrics.declare(List.of(STORED, STORED_TIME, DENIED));
        metrics.counter(DENIED, "localhost");
        metrics.counter(STORED, "localhost", "upsert_block").increment();
        metrics.counter(STORED, "localhost", "remove_block");
        metrics.histogram(STORED_TIME, "localhost", "remove_block");
        Histogram upserts = metrics.histogram(STORED_TIME, "localhost", "upsert_block");
        upserts.record(1);
        upserts.record(4);
        upserts.record(5);
        upserts.record(1L << 31);
        String labels = "function=\"upsert_block\",host_type=\"localhost\"";
        assertEquals(
                """
                # TYPE mod_blocklist_denied_count counter
                # HELP mod_blocklist_denied_count Sessions of blocked users denied
                mod_blocklist_denied_count{host_type="localhost"} 0
                # TYPE mod_blocklist_rdbms_count counter
                # HELP mod_blocklist_rdbms_count Entries stored or removed
                mod_blocklist_rdbms_count{function="remove_block",host_type="localhost"} 0
                mod_blocklist_rdbms_count{function="upsert_block",host_type="localhost"} 1
                # TYPE mod_blocklist_rdbms_time histogram
                # HELP mod_blocklist_rdbms_time Microseconds a call takes
                """
                        + buckets(labels, 1, 1, 2, 3)
                        + """
                mod_blocklist_rdbms_time_bucket{function="upsert_block",host_type="localhost",le="+Inf"} 4
                mod_blocklist_rdbms_time_count{function="upsert_block",host_type="localhost"} 4
                mod_blocklist_rdbms_time_sum{function="upsert_block",host_type="localhost"} 2147483658
                """,
                metrics.prometheus());
    }

    @Test
    void whatIsDeclaredHasItsHeaderBeforeAnythingIsCounted() {
        metrics.declare(List.of(DENIED));
        assertEquals(
                """
                # TYPE mod_blocklist_denied_count counter
                # HELP mod_blocklist_denied_count Sessions of blocked users denied
                """,
                metrics.prometheus());
    }

    @Test
    void theSameFiguresHaveDottedNames() {
        metrics.counter(STORED, "my host", "upsert_block").increment(3);
        metrics.histogram(STORED_TIME, "my host", "upsert_block").record(Duration.ofMillis(2));
        metrics.counter(DENIED, "my host");
        metrics.gauge(SESSIONS, List.of(), () -> 7);
        assertEquals(
                List.of(
                        List.of("global", "sm_total_sessions", "count"),
                        List.of("my_host", "mod_blocklist_denied", "count"),
                        List.of("my_host", "mod_blocklist_rdbms", "upsert_block", "count"),
                        List.of("my_host", "mod_blocklist_rdbms", "upsert_block", "time")),
                new ArrayList<>(metrics.dotted().keySet()));
        assertEquals(new Reading.Level(7), metrics.dotted().get(List.of("global", "sm_total_sessions", "count")));
        assertEquals(
                new Reading.Spiral(3, 3),
                metrics.dotted().get(List.of("my_host", "mod_blocklist_rdbms", "upsert_block", "count")));
        assertEquals(
                "{n=1, mean=2000, min=2000, max=2000, median=2000,"
                        + " 50=2000, 75=2000, 90=2000, 95=2000, 99=2000, 999=2000}",
                metrics.dotted()
                        .get(List.of("my_host", "mod_blocklist_rdbms", "upsert_block", "time"))
                        .values()
                        .toString());
    }

    @Test
    void whenAllMetricsAreGlobalTheHostsAreAddedUp() {
        metrics.close();
        metrics = new Metrics(time, true);
        metrics.counter(DENIED, "a").increment();
        metrics.counter(DENIED, "b").increment(2);
        metrics.histogram(STORED_TIME, "a", "f").record(10);
        metrics.histogram(STORED_TIME, "b", "f").record(30);
        List<String> denied = List.of("global", "mod_blocklist_denied", "count");
        assertEquals(new Reading.Spiral(3, 3), metrics.dotted().get(denied));
        Reading.Spread spread =
                (Reading.Spread) metrics.dotted().get(List.of("global", "mod_blocklist_rdbms", "f", "time"));
        assertEquals(new Reading.Spread(2, 20, 10, 30, 10, 30, 30, 30, 30, 30), spread);
        assertTrue(metrics.prometheus().contains("mod_blocklist_denied_count{host_type=\"b\"} 2\n"));
    }

    @Test
    void aSpiralForgetsAfterAMinuteWhatTheTotalKeeps() {
        Counter denied = metrics.counter(DENIED, "localhost");
        denied.increment(5);
        time.forward(Duration.ofSeconds(30));
        denied.increment(2);
        assertEquals(7, denied.lastMinute());
        time.forward(Duration.ofSeconds(31));
        assertEquals(2, denied.lastMinute());
        time.forward(Duration.ofSeconds(30));
        assertEquals(0, denied.lastMinute());
        assertEquals(7, denied.count());
    }

    @Test
    void aHistogramForgetsUnderItsDottedNameAndNeverForPrometheus() {
        Histogram histogram = metrics.histogram(STORED_TIME, "h", "f");
        List<String> name = List.of("h", "mod_blocklist_rdbms", "f", "time");
        for (int value = 1; value <= 1000; value++) {
            histogram.record(value);
        }
        Reading.Spread spread = (Reading.Spread) metrics.dotted().get(name);
        assertEquals(1000, spread.n());
        assertEquals(501, spread.mean());
        assertEquals(1, spread.min());
        assertEquals(1000, spread.max());
        assertTrue(spread.median() >= 500 && spread.median() <= 500 * 9 / 8, spread::toString);
        assertTrue(spread.p90() >= 900 && spread.p90() <= 1000, spread::toString);
        assertTrue(spread.p999() >= 999 && spread.p999() <= 1000, spread::toString);

        time.forward(Duration.ofSeconds(40));
        histogram.record(7);
        time.forward(Duration.ofSeconds(30));
        assertEquals(new Reading.Spread(1, 7, 7, 7, 7, 7, 7, 7, 7, 7), metrics.dotted().get(name));
        time.forward(Duration.ofMinutes(2));
        assertEquals(new Reading.Spread(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), metrics.dotted().get(name));
        assertTrue(metrics.prometheus().contains("f\",host_type=\"h\",le=\"1024\"} 1001\n"), metrics.prometheus());
        assertTrue(metrics.prometheus().contains("f\",host_type=\"h\",le=\"256\"} 257\n"), metrics.prometheus());
    }

    @Test
    void everyCellOfTheScaleHoldsItsUpperBoundAndIsAtMostAnEighthWide() {
        for (int cell = 1; cell < LogScale.CELLS - 1; cell++) {
            long lowest = LogScale.upperBound(cell - 1) + 1;
            long highest = LogScale.upperBound(cell);
            assertEquals(cell, LogScale.cell(lowest));
            assertEquals(cell, LogScale.cell(highest));
            assertTrue(cell < 16 || (highest - lowest) * 8 <= highest, "cell " + cell);
        }
        assertEquals(0, LogScale.cell(0));
        assertEquals(LogScale.CELLS - 1, LogScale.cell(Long.MAX_VALUE));
        assertEquals(1L << 40, LogScale.upperBound(LogScale.CELLS - 2));
    }

    @Test
    void theSameLabelsGiveTheSameInstrument() {
        assertSame(metrics.counter(DENIED, "a"), metrics.counter(DENIED, "a"));
    }

    @Test
    void aMetricThatIsDeclaredTwiceAndDifferentlyIsRefused() {
        metrics.declare(List.of(DENIED, DENIED));
        MetricSpec other = MetricSpec.gauge("mod_blocklist", "denied_count", List.of(), "Something else");
        assertThrows(IllegalArgumentException.class, () -> metrics.declare(List.of(other)));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter(DENIED));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter(SESSIONS));
        assertThrows(IllegalArgumentException.class, () -> MetricSpec.counter("a-b", "c", List.of(), ""));
    }

    @Test
    void labelValuesAndHelpAreEscaped() {
        MetricSpec spec = MetricSpec.counter("odd", "count", List.of("host_type"), "A\nB\\");
        metrics.counter(spec, "a\"b\\c\nd");
        assertEquals(
                "# TYPE odd_count counter\n# HELP odd_count A\\nB\\\\\nodd_count{host_type=\"a\\\"b\\\\c\\nd\"} 0\n",
                metrics.prometheus());
    }

    @Test
    void aModuleThatStopsTakesItsInstrumentsAwayAndBeginsAgainAtNought() {
        Metrics.Scope scope = metrics.scope();
        scope.counter(DENIED, "a").increment(9);
        scope.gauge(SESSIONS, List.of(), () -> 1);
        metrics.counter(STORED, "a", "upsert_block");
        scope.close();
        assertEquals(
                Set.of(List.of("a", "mod_blocklist_rdbms", "upsert_block", "count")), metrics.dotted().keySet());
        assertFalse(metrics.prometheus().contains("denied_count{"));
        assertTrue(metrics.touched().contains(DENIED));
        assertEquals(0, metrics.counter(DENIED, "a").count());
        assertTrue(metrics.prometheus().contains("mod_blocklist_denied_count{host_type=\"a\"} 0\n"));
    }

    @Test
    void aGaugeShowsWhatItIsNowAndALaterOneTakesItsPlace() {
        int[] value = {1};
        metrics.gauge(SESSIONS, List.of(), () -> value[0]);
        value[0] = 2;
        assertTrue(metrics.prometheus().contains("\nsm_total_sessions_count 2\n"));
        metrics.gauge(SESSIONS, List.of(), () -> 0.5);
        assertTrue(metrics.prometheus().contains("\nsm_total_sessions_count 0.5\n"));
        metrics.gauge(SESSIONS, List.of(), () -> Double.NaN);
        assertTrue(metrics.prometheus().contains("\nsm_total_sessions_count NaN\n"));
    }

    @Test
    void whatIsDeclaredAndNeverCountedIsSeen() {
        metrics.declare(List.of(STORED, DENIED));
        metrics.counter(STORED, "a", "upsert_block").increment();
        metrics.counter(DENIED, "a");
        assertEquals(Set.of(STORED, DENIED), metrics.declared());
        assertEquals(Set.of(STORED), metrics.touched());
    }

    @Test
    void manyThreadsLoseNoCount() {
        Counter counter = metrics.counter(DENIED, "a");
        Histogram histogram = metrics.histogram(STORED_TIME, "a", "f");
        IntStream.range(0, 100_000).parallel().forEach(i -> {
            counter.increment();
            histogram.record(i);
        });
        assertEquals(100_000, counter.count());
        assertEquals(100_000, histogram.count());
    }

    @Test
    void metersOfLibrariesAreShownUnderTheirNames() {
        metrics.registry().counter("pool.taken", "pool-name", "x").increment();
        FunctionCounter.builder("cpu_seconds_total", this, _ -> 1.5).register(metrics.registry());
        Timer wait = Timer.builder("pool.wait").description("Waiting").register(metrics.registry());
        wait.record(1500, TimeUnit.MILLISECONDS);
        assertEquals(
                """
                # TYPE cpu_seconds_total counter
                cpu_seconds_total 1.5
                # TYPE pool_taken counter
                pool_taken{pool_name="x"} 1
                # TYPE pool_wait_seconds summary
                # HELP pool_wait_seconds Waiting
                pool_wait_seconds_count 1
                pool_wait_seconds_sum 1.5
                """,
                metrics.prometheus());
    }

    @Test
    void theProcessShowsWhatEveryDashboardAsksFor() {
        new ProcessMetrics("0.1").bindTo(metrics.registry());
        String text = metrics.prometheus();
        for (String name : List.of(
                "process_cpu_seconds_total",
                "process_start_time_seconds",
                "jvm_memory_used_bytes{area=\"heap\"}",
                "jvm_threads_live",
                "jvm_gc_seconds_total{gc=",
                "gatehouse_build_info{java=")) {
            assertTrue(text.contains("\n" + name), name + " in " + text);
        }
        assertFalse(text.contains("NaN"), text);
    }
}
