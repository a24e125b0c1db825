package im.gatehouse.modules.muc.setting;

/** Whether those outside a public room may ask who is in it; XEP-0045 section 6.5 advises against it. */
public final class PublicOccupants extends BooleanSetting {
    public static final PublicOccupants SETTING = new PublicOccupants();

    private PublicOccupants() {
        super("public_occupants", false, "public_list", "Show who is in the room to those outside");
    }
}
