package im.gatehouse.modules.muc.setting;

/** Whether strangers come into a moderated room with voice, which a moderator may take from them. */
public final class VoiceByDefault extends BooleanSetting {
    public static final VoiceByDefault SETTING = new VoiceByDefault();

    private VoiceByDefault() {
        super("voice_by_default", false, "members_by_default", "Give voice to everybody who comes in");
    }
}
