package im.gatehouse.modules.muc.setting;

/** Whether what is said in a lasting room is stored; else it is forgotten when the server ends. */
public final class Archived extends BooleanSetting {
    public static final Archived SETTING = new Archived();

    private Archived() {
        super("archived", true, "muc#roomconfig_enablearchiving", "Keep the messages in storage");
    }
}
