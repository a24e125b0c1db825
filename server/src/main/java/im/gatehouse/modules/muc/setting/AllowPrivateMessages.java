package im.gatehouse.modules.muc.setting;

/** Who in a room may send private messages to others in it. */
public final class AllowPrivateMessages extends ChoiceSetting<AllowPrivateMessages.Who> {
    public static final AllowPrivateMessages SETTING = new AllowPrivateMessages();

    /** Who may. */
    public enum Who {
        ANYONE,
        PARTICIPANTS,
        MODERATORS,
        NONE
    }

    private AllowPrivateMessages() {
        super(
                "allow_private_messages",
                Who.ANYONE,
                "muc#roomconfig_allowpm",
                "Who may send private messages",
                "Everybody",
                "Those who may talk",
                "Moderators",
                "Nobody");
    }
}
