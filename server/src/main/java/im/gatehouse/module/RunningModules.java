package im.gatehouse.module;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The modules at work: started in order, reloaded in place, stopped in reverse. Not for several threads at once. */
public final class RunningModules implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunningModules.class);

    private record Started<C extends Record>(
            ModulePlan.Entry<C> entry, ServerModule.Running<C> running, ModuleContext context) {
        void reload(ModulePlan.Entry<?> fresh) {
            if (!entry.config().equals(fresh.config())) {
                @SuppressWarnings("unchecked") // the same module reads the same record
                C config = (C) fresh.config();
                running.reload(config);
            }
        }

        void stop() {
            try {
                running.close();
            } catch (RuntimeException e) {
                log.warn("{} failed while it stopped", entry.name(), e);
            } finally {
                context.undo();
            }
        }
    }

    private final ServerParts parts;
    private final Map<String, Started<?>> started = new LinkedHashMap<>();

    /** Takes back what is offered in the name of the modules that are off. */
    private final List<Runnable> refusals = new ArrayList<>();

    public RunningModules(ServerParts parts) {
        this.parts = parts;
    }

    /**
     * Starts what the plan says. May block.
     *
     * @throws ModuleException when one cannot start; those before it have been stopped again
     */
    public void start(ModulePlan plan) {
        try {
            plan.entries().forEach(this::start);
            offerRefusals(plan);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <C extends Record> void start(ModulePlan.Entry<C> entry) {
        ModuleSpec<C> spec = entry.module().spec();
        ModuleContext context = new ModuleContext(spec.name(), parts);
        try {
            ServerModule.Running<C> running = entry.start(context);
            spec.serverFeatures().forEach(f -> context.undoLater(parts.disco().server().addFeature(f)));
            spec.accountFeatures().forEach(f -> context.undoLater(parts.disco().account().addFeature(f)));
            started.put(spec.name(), new Started<>(entry, running, context));
        } catch (RuntimeException e) {
            context.undo();
            throw e;
        }
    }

    /**
     * Goes over to another plan: modules that are no longer in it stop, new ones start, changed ones reload. May block.
     *
     * @throws ModuleException when a new one cannot start; the others have gone over
     */
    public void reload(ModulePlan plan) {
        List<String> wanted = plan.entries().stream().map(ModulePlan.Entry::name).toList();
        List<String> gone = new ArrayList<>(started.keySet());
        gone.removeAll(wanted);
        gone.reversed().forEach(name -> started.remove(name).stop());
        takeBackRefusals();
        for (ModulePlan.Entry<?> entry : plan.entries()) {
            Started<?> present = started.get(entry.name());
            if (present == null) {
                start(entry);
            } else {
                started.put(entry.name(), reloaded(present, entry));
            }
        }
        offerRefusals(plan);
    }

    private void offerRefusals(ModulePlan plan) {
        for (ServerModule<?> module : plan.off()) {
            module.whenOff()
                    .ifPresent(operations -> refusals.add(
                            parts.administration().add(module.spec().name(), operations)));
        }
    }

    private void takeBackRefusals() {
        refusals.forEach(Runnable::run);
        refusals.clear();
    }

    private static <C extends Record> Started<C> reloaded(Started<C> present, ModulePlan.Entry<?> fresh) {
        present.reload(fresh);
        @SuppressWarnings("unchecked") // the same module reads the same record
        ModulePlan.Entry<C> entry = (ModulePlan.Entry<C>) fresh;
        return new Started<>(entry, present.running(), present.context());
    }

    /** The names of the modules at work, in the order of starting. */
    public List<String> names() {
        return List.copyOf(started.keySet());
    }

    /** What the modules at work declare, in the order of starting. */
    public List<ModuleSpec<?>> specs() {
        List<ModuleSpec<?>> specs = new ArrayList<>();
        started.values().forEach(s -> specs.add(s.entry().module().spec()));
        return specs;
    }

    @Override
    public void close() {
        takeBackRefusals();
        new ArrayList<>(started.values()).reversed().forEach(Started::stop);
        started.clear();
    }
}
