package im.gatehouse.modules.muc.setting;

/** Whether every occupant may invite others into a members-only room, and so make members of them. */
public final class AllowInvites extends BooleanSetting {
    public static final AllowInvites SETTING = new AllowInvites();

    private AllowInvites() {
        super("allow_invites", false, "muc#roomconfig_allowinvites", "Let every occupant invite others");
    }
}
