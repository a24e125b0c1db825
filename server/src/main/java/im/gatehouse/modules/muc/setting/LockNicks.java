package im.gatehouse.modules.muc.setting;

/** Whether those who have reserved a nick come in under no other. */
public final class LockNicks extends BooleanSetting {
    public static final LockNicks SETTING = new LockNicks();

    private LockNicks() {
        super("lock_nicks", false, "x-muc#roomconfig_reservednick", "Hold those with a reserved nick to it");
    }
}
