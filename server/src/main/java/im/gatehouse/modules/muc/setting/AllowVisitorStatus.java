package im.gatehouse.modules.muc.setting;

/** Whether those without voice may show words in their presence. */
public final class AllowVisitorStatus extends BooleanSetting {
    public static final AllowVisitorStatus SETTING = new AllowVisitorStatus();

    private AllowVisitorStatus() {
        super("allow_visitor_status", true, "muc#roomconfig_allowvisitorstatus", "Let those without voice show a status text");
    }
}
