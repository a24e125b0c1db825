package im.gatehouse.modules.muc.setting;

import java.util.List;

/** Who in a room sees the real addresses of the others. */
public final class WhoIs extends ChoiceSetting<WhoIs.Who> {
    public static final WhoIs SETTING = new WhoIs();

    /** Who sees them. */
    public enum Who {
        /** The room is semi-anonymous. */
        MODERATORS,
        /** The room is non-anonymous. */
        ANYONE
    }

    private WhoIs() {
        super(
                "whois",
                Who.MODERATORS,
                "muc#roomconfig_whois",
                "Who sees the real addresses",
                "Moderators only",
                "Everybody");
    }

    @Override
    public List<String> features(Who value) {
        return List.of(value == Who.ANYONE ? "muc_nonanonymous" : "muc_semianonymous");
    }
}
