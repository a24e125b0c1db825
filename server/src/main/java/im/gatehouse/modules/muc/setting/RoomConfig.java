package im.gatehouse.modules.muc.setting;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the owners of a room have decided: a value that never changes. A setting that is not in it has its initial
 * value.
 */
public final class RoomConfig {
    public static final RoomConfig INITIAL = new RoomConfig(Map.of());

    private final Map<RoomSetting<?>, Object> values;

    private RoomConfig(Map<RoomSetting<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    @SuppressWarnings("unchecked") // with() puts nothing else under the setting
    public <T> T get(RoomSetting<T> setting) {
        Object value = values.get(setting);
        return value == null ? setting.initial() : (T) value;
    }

    /** The same but for one setting. */
    public <T> RoomConfig with(RoomSetting<T> setting, T value) {
        if (value.equals(get(setting))) {
            return this;
        }
        Map<RoomSetting<?>, Object> changed = new HashMap<>(values);
        changed.put(setting, value);
        return new RoomConfig(changed);
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
