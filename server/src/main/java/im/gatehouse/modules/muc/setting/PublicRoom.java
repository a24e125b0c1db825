package im.gatehouse.modules.muc.setting;

import java.util.List;

/** Whether a room is in the public list. */
public final class PublicRoom extends BooleanSetting {
    public static final PublicRoom SETTING = new PublicRoom();

    private PublicRoom() {
        super("public", true, "muc#roomconfig_publicroom", "Show the room in the public list");
    }

    @Override
    public List<String> features(Boolean value) {
        return List.of(value ? "muc_public" : "muc_hidden");
    }
}
