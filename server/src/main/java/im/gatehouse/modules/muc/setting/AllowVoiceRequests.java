package im.gatehouse.modules.muc.setting;

/** Whether those without voice may ask the moderators for it. */
public final class AllowVoiceRequests extends BooleanSetting {
    public static final AllowVoiceRequests SETTING = new AllowVoiceRequests();

    private AllowVoiceRequests() {
        super(
                "allow_voice_requests",
                true,
                "muc#roomconfig_allowvoicerequests",
                "Let those without voice ask the moderators for it");
    }
}
