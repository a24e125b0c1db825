package im.gatehouse.modules.muc.setting;

/** Whether those without voice may take another nick. */
public final class AllowVisitorNickChange extends BooleanSetting {
    public static final AllowVisitorNickChange SETTING = new AllowVisitorNickChange();

    private AllowVisitorNickChange() {
        super("allow_visitor_nick_change", true, "muc#roomconfig_allowvisitornickchange", "Let those without voice change their nick");
    }
}
