package im.gatehouse.modules.muc.setting;

import java.util.List;

/** Whether a room outlives its last occupant and the server. */
public final class Persistent extends BooleanSetting {
    public static final Persistent SETTING = new Persistent();

    private Persistent() {
        super("persistent", false, "muc#roomconfig_persistentroom", "Keep the room when the last occupant has left");
    }

    @Override
    public List<String> features(Boolean value) {
        return List.of(value ? "muc_persistent" : "muc_temporary");
    }
}
