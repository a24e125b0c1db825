package im.gatehouse.modules.muc.setting;

/**
 * Whose coming, going and status everybody in a room is shown. The others are seen by moderators and by themselves;
 * what they say is heard by all.
 */
public final class PresenceBroadcast extends RolesSetting {
    public static final PresenceBroadcast SETTING = new PresenceBroadcast();

    private PresenceBroadcast() {
        super("presence_broadcast", "muc#roomconfig_presencebroadcast", "Whose presence everybody is shown");
    }
}
