package im.gatehouse.modules.muc.setting;

import java.util.List;

/** Whether those without an affiliation need to be given voice before they can talk. */
public final class Moderated extends BooleanSetting {
    public static final Moderated SETTING = new Moderated();

    private Moderated() {
        super("moderated", false, "muc#roomconfig_moderatedroom", "Let only those talk who have been given voice");
    }

    @Override
    public List<String> features(Boolean value) {
        return List.of(value ? "muc_moderated" : "muc_unmoderated");
    }
}
