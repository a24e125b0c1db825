package im.gatehouse.modules.muc.setting;

/** Who in a room may ask for the list of its members, where that tells them no address that is hidden from them. */
public final class MemberList extends RolesSetting {
    public static final MemberList SETTING = new MemberList();

    private MemberList() {
        super("member_list", "muc#roomconfig_getmemberlist", "Who may ask for the list of members");
    }
}
