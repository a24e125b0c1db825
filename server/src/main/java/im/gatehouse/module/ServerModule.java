package im.gatehouse.module;

import java.util.List;
import java.util.Optional;

/**
 * One feature of the server, in a package of its own. It says what it is and needs in its {@link ModuleSpec}, and does
 * its work by what it registers when it starts.
 *
 * @param <C> the record of its configuration
 */
public interface ServerModule<C extends Record> {
    /** What the module is, needs and brings. The same at every call. */
    ModuleSpec<C> spec();

    /**
     * Starts the module: it registers its hooks, handlers and services. May block.
     *
     * @throws ModuleException when it cannot start; the message says why and what to do
     */
    Running<C> start(C config, ModuleContext context);

    /**
     * What administrators are offered while the module is off: its commands, each of which is refused with {@link
     * AdminException#notLoaded}, so that they learn what to turn on. Empty for a module without commands.
     */
    default Optional<AdminOperations> whenOff() {
        return Optional.empty();
    }

    /**
     * A module at work.
     *
     * @param <C> the record of its configuration
     */
    interface Running<C extends Record> extends AutoCloseable {
        /**
         * Takes a new configuration while running. May block.
         *
         * @throws ModuleException when it cannot be followed; everything is as it was then
         */
        void reload(C config);

        /**
         * Which keys of its table are not as they were at the start and wait for a restart; {@link #reload} goes by the
         * old values of these.
         */
        default List<String> waiting(C config) {
            return List.of();
        }

        /** Takes back all that was registered. What it registered through the context is taken back for it. */
        @Override
        default void close() {}
    }
}
