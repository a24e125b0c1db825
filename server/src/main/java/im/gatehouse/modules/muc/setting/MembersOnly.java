package im.gatehouse.modules.muc.setting;

import java.util.List;

/** Whether only members come into a room. */
public final class MembersOnly extends BooleanSetting {
    public static final MembersOnly SETTING = new MembersOnly();

    private MembersOnly() {
        super("members_only", false, "muc#roomconfig_membersonly", "Let only members in");
    }

    @Override
    public List<String> features(Boolean value) {
        return List.of(value ? "muc_membersonly" : "muc_open");
    }
}
