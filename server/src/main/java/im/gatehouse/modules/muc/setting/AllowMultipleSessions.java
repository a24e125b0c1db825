package im.gatehouse.modules.muc.setting;

/** Whether a user may be in the room with several clients under one nick. */
public final class AllowMultipleSessions extends BooleanSetting {
    public static final AllowMultipleSessions SETTING = new AllowMultipleSessions();

    private AllowMultipleSessions() {
        super("allow_multiple_sessions", true, "muc#roomconfig_allowmultisessions", "Let several clients of a user share a nick");
    }
}
