package im.gatehouse.module;

import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ModuleSection;
import im.gatehouse.config.Section;
import im.gatehouse.config.ServerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which modules shall run, each with its configuration, in an order in which every module comes after those it
 * requires.
 *
 * @param entries what runs, in the order of starting
 * @param off what there is besides
 */
public record ModulePlan(List<Entry<?>> entries, List<ServerModule<?>> off) {
    /** A plan that knows of no other modules. */
    public ModulePlan(List<Entry<?>> entries) {
        this(entries, List.of());
    }

    /**
     * A module that shall run.
     *
     * @param module the module
     * @param config its configuration, read and checked
     * @param <C> the record of its configuration
     */
    public record Entry<C extends Record>(ServerModule<C> module, C config) {
        static <C extends Record> Entry<C> read(ServerModule<C> module, Section section) {
            return new Entry<>(module, module.spec().config().apply(section));
        }

        public String name() {
            return module.spec().name();
        }

        ServerModule.Running<C> start(ModuleContext context) {
            return module.start(config, context);
        }
    }

    public ModulePlan {
        entries = List.copyOf(entries);
        off = List.copyOf(off);
    }

    /**
     * Reads the modules' tables. Problems are collected in the file: an unknown module, a required module that is off,
     * and whatever a module finds in its own table.
     *
     * @param available all modules there are
     */
    public static ModulePlan read(List<? extends ServerModule<?>> available, ServerConfig config, ConfigFile file) {
        Map<String, ServerModule<?>> byName = new LinkedHashMap<>();
        available.forEach(module -> byName.put(module.spec().name(), module));
        config.modules().forEach((name, table) -> {
            if (!byName.containsKey(name)) {
                table.section().unknownName(byName.keySet());
            }
        });
        Map<String, Entry<?>> chosen = new LinkedHashMap<>();
        byName.forEach((name, module) -> {
            ModuleSection table = config.modules().get(name);
            if (table == null ? module.spec().onByDefault() : table.enabled()) {
                chosen.put(name, Entry.read(module, file.root().section("modules").section(name)));
            }
        });
        List<ServerModule<?>> off = new ArrayList<>();
        byName.forEach((name, module) -> {
            if (!chosen.containsKey(name)) {
                off.add(module);
            }
        });
        return new ModulePlan(inOrder(chosen, file), off);
    }

    private static List<Entry<?>> inOrder(Map<String, Entry<?>> chosen, ConfigFile file) {
        Set<String> placed = new LinkedHashSet<>();
        List<Entry<?>> ordered = new ArrayList<>();
        chosen.keySet().forEach(name -> place(name, chosen, placed, ordered, file));
        return ordered;
    }

    private static void place(
            String name, Map<String, Entry<?>> chosen, Set<String> placed, List<Entry<?>> ordered, ConfigFile file) {
        if (!placed.add(name)) {
            return;
        }
        Entry<?> entry = chosen.get(name);
        for (String required : entry.module().spec().requires()) {
            if (chosen.containsKey(required)) {
                place(required, chosen, placed, ordered, file);
            } else {
                file.root()
                        .section("modules")
                        .problem(name, "requires " + required + ", which is off: turn both on or both off");
            }
        }
        ordered.add(entry);
    }
}
