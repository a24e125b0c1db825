package im.gatehouse.modules.muc.setting;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the owners of a room have decided: a value that never changes. A setting that is not in it has its initial
 * value.
 *
 * <p>Values are kept under the names of their settings, so that what was decided by a setting of a module outlives the
 * module's being turned off, and is there for the setting of that name when the module is on again. Safe from any
 * thread.
 */
public final class RoomConfig {
    public static final RoomConfig INITIAL = new RoomConfig(Map.of());

    /** One value: as it is stored, and as the setting that last asked for it reads that. */
    private static final class Value {
        final String stored;
        private volatile @Nullable Read read;

        private record Read(RoomSetting<?> by, Object value) {}

        Value(String stored, @Nullable Read read) {
            this.stored = stored;
            this.read = read;
        }

        static <T> Value of(RoomSetting<T> setting, T value) {
            return new Value(setting.stored(value), new Read(setting, value));
        }

        @SuppressWarnings("unchecked") // a setting is given only what itself has read
        <T> T as(RoomSetting<T> setting) {
            Read known = read;
            if (known == null || known.by != setting) {
                known = new Read(setting, setting.restored(stored));
                read = known;
            }
            return (T) known.value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Value value && stored.equals(value.stored);
        }

        @Override
        public int hashCode() {
            return stored.hashCode();
        }
    }

    private final Map<String, Value> values;

    private RoomConfig(Map<String, Value> values) {
        this.values = Map.copyOf(values);
    }

    public <T> T get(RoomSetting<T> setting) {
        Value value = values.get(setting.name());
        return value == null ? setting.initial() : value.as(setting);
    }

    /** The same but for one setting. */
    public <T> RoomConfig with(RoomSetting<T> setting, T value) {
        return value.equals(get(setting)) ? this : with(setting.name(), Value.of(setting, value));
    }

    /** The same but for a setting that is not there at present, as it is stored. */
    RoomConfig with(String name, String stored) {
        return with(name, new Value(stored, null));
    }

    private RoomConfig with(String name, Value value) {
        Map<String, Value> changed = new HashMap<>(values);
        changed.put(name, value);
        return new RoomConfig(changed);
    }

    /** All that is not initial as it is stored, by the settings' names, whether the settings are there now or not. */
    Map<String, String> stored() {
        Map<String, String> stored = new HashMap<>();
        values.forEach((name, value) -> stored.put(name, value.stored));
        return stored;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RoomConfig config && values.equals(config.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
