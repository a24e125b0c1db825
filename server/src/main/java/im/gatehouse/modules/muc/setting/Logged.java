package im.gatehouse.modules.muc.setting;

/**
 * Whether what is said in a room is published somewhere, of which everybody who comes in is warned. The server itself
 * publishes nothing: it is for rooms in which a bot or another program does.
 */
public final class Logged extends BooleanSetting {
    public static final Logged SETTING = new Logged();

    private Logged() {
        super("logged", false, "muc#roomconfig_enablelogging", "Warn that what is said here is publicly logged");
    }
}
