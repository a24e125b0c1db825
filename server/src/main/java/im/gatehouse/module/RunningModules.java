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
        @SuppressWarnings("unchecked") // the same module reads the same record
        Started<C> reloaded(ModulePlan.Entry<?> fresh) {
            ModulePlan.Entry<C> with = (ModulePlan.Entry<C>) fresh;
            if (!entry.config().equals(with.config())) {
                running.reload(with.config());
            }
            return new Started<>(with, running, context);
        }

        /** Goes back to what it followed before; that it could. */
        void goBack() {
            try {
                running.reload(entry.config());
            } catch (RuntimeException e) {
                log.warn("{} could not go back to its old configuration", entry.name(), e);
            }
        }

        List<String> waiting() {
            return running.waiting(entry.config()).stream()
                    .map(key -> "modules." + entry.name() + "." + key)
                    .toList();
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

    /** What holds. */
    private ModulePlan plan = new ModulePlan(List.of());

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
            this.plan = plan;
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
     * Goes over to another plan: changed modules reload, new ones start, those that are no longer in it stop. May
     * block.
     *
     * @return the keys that changed and wait for a restart
     * @throws ModuleException when one refuses its new configuration or a new one cannot start; all go by the old plan
     *     then, as they do when anything else is thrown
     */
    public List<String> reload(ModulePlan fresh) {
        Map<String, Started<?>> reloaded = reloaded(fresh);
        takeBackRefusals();
        try {
            startNew(fresh);
        } catch (RuntimeException e) {
            goBack(reloaded);
            offerRefusals(plan);
            throw e;
        }
        started.putAll(reloaded);
        List<String> gone = new ArrayList<>(started.keySet());
        fresh.entries().forEach(entry -> gone.remove(entry.name()));
        gone.reversed().forEach(name -> started.remove(name).stop());
        offerRefusals(fresh);
        plan = fresh;
        return started.values().stream().flatMap(each -> each.waiting().stream()).toList();
    }

    private void startNew(ModulePlan fresh) {
        List<String> added = new ArrayList<>();
        try {
            for (ModulePlan.Entry<?> entry : fresh.entries()) {
                if (!started.containsKey(entry.name())) {
                    start(entry);
                    added.add(entry.name());
                }
            }
        } catch (RuntimeException e) {
            added.reversed().forEach(name -> started.remove(name).stop());
            throw e;
        }
    }

    private void goBack(Map<String, Started<?>> reloaded) {
        new ArrayList<>(reloaded.keySet()).reversed().forEach(name -> started.get(name).goBack());
    }

    private Map<String, Started<?>> reloaded(ModulePlan fresh) {
        Map<String, Started<?>> reloaded = new LinkedHashMap<>();
        try {
            for (ModulePlan.Entry<?> entry : fresh.entries()) {
                Started<?> present = started.get(entry.name());
                if (present != null) {
                    reloaded.put(entry.name(), present.reloaded(entry));
                }
            }
        } catch (RuntimeException e) {
            goBack(reloaded);
            throw e;
        }
        return reloaded;
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
