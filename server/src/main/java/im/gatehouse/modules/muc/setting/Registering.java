package im.gatehouse.modules.muc.setting;

/** How those who are nothing to a room become its members by themselves. */
public final class Registering extends ChoiceSetting<Registering.Way> {
    public static final Registering SETTING = new Registering();

    /** How. */
    public enum Way {
        /** Not at all: admins make members. */
        CLOSED,
        /** They ask, and an admin who is in the room decides. */
        APPROVAL,
        /** They need only ask. */
        OPEN
    }

    private Registering() {
        super(
                "registering",
                Way.CLOSED,
                "muc#roomconfig_registration",
                "How strangers become members",
                "Only when an admin makes them",
                "They ask, and an admin decides",
                "They need only ask");
    }
}
