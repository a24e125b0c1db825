package im.gatehouse.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.util.List;

/**
 * The few figures of the process that every dashboard asks for: processor time, start, open files, memory, garbage
 * collection, threads and which build this is.
 *
 * @param version of the server
 */
public record ProcessMetrics(String version) implements MeterBinder {
    @Override
    public void bindTo(MeterRegistry registry) {
        process(registry);
        memory(registry);
        Gauge.builder("jvm_threads_live", ManagementFactory.getThreadMXBean(), threads -> threads.getThreadCount())
                .description("Platform threads, virtual ones not counted")
                .register(registry);
        Gauge.builder("gatehouse_build_info", () -> 1)
                .tag("version", version)
                .tag("java", Runtime.version().toString())
                .description("Always 1; the labels tell the build")
                .register(registry);
    }

    private static void process(MeterRegistry registry) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        Gauge.builder("process_start_time_seconds", runtime, bean -> bean.getStartTime() / 1000.0)
                .description("Start of the process in seconds since 1970")
                .register(registry);
        var system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof OperatingSystemMXBean bean) {
            FunctionCounter.builder("process_cpu_seconds_total", bean, it -> it.getProcessCpuTime() / 1e9)
                    .description("Processor time used")
                    .register(registry);
        }
        if (system instanceof UnixOperatingSystemMXBean bean) {
            Gauge.builder("process_open_fds", bean, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
                    .description("Open files and sockets")
                    .register(registry);
            Gauge.builder("process_max_fds", bean, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
                    .description("Files and sockets that may be open")
                    .register(registry);
        }
    }

    private static void memory(MeterRegistry registry) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        Gauge.builder("jvm_memory_used_bytes", memory, bean -> bean.getHeapMemoryUsage().getUsed())
                .tag("area", "heap")
                .description("Memory in use")
                .register(registry);
        Gauge.builder("jvm_memory_used_bytes", memory, bean -> bean.getNonHeapMemoryUsage().getUsed())
                .tag("area", "nonheap")
                .description("Memory in use")
                .register(registry);
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        for (GarbageCollectorMXBean collector : collectors) {
            FunctionCounter.builder("jvm_gc_seconds_total", collector, bean -> bean.getCollectionTime() / 1000.0)
                    .tag("gc", collector.getName())
                    .description("Time spent on collecting garbage")
                    .register(registry);
        }
    }
}
