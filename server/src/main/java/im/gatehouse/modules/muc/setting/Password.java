package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The password that everybody but the owners needs to come into a room; empty for none. */
public final class Password extends RoomSetting<String> {
    public static final Password SETTING = new Password();

    private static final String PROTECTED = "muc#roomconfig_passwordprotectedroom";
    private static final String SECRET = "muc#roomconfig_roomsecret";
    private static final int MOST_BYTES = 1_024;

    private Password() {
        super("password", "");
    }

    /** Whether what somebody gave is the password, in a time that does not tell how much of it is right. */
    public static boolean matches(String password, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        password.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** A password for every new room would be none. */
    @Override
    public String configured(Section section) {
        return "";
    }

    @Override
    public List<Field> fields(String value) {
        return List.of(
                Field.bool(PROTECTED, "Ask for a password", !value.isEmpty()),
                Field.of(SECRET, DataForm.FieldType.TEXT_PRIVATE, "The password", value));
    }

    @Override
    public String submitted(DataForm form, String present) {
        String secret = single(form, SECRET);
        String chosen = secret == null ? present : secret;
        if (!BooleanSetting.yesOrNo(form, PROTECTED, !chosen.isEmpty())) {
            return "";
        }
        if (chosen.isEmpty()) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "A room that asks for a password needs one");
        }
        return checked(chosen);
    }

    /**
     * The password, if it may be chosen; empty for none.
     *
     * @throws StanzaException with {@code not-acceptable} when it is too long
     */
    public static String checked(String password) {
        if (password.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "A password has at most " + MOST_BYTES + " bytes");
        }
        return password;
    }

    @Override
    public String stored(String value) {
        return value;
    }

    @Override
    public String restored(String text) {
        return text;
    }

    @Override
    public List<String> features(String value) {
        return List.of(value.isEmpty() ? "muc_unsecured" : "muc_passwordprotected");
    }
}
