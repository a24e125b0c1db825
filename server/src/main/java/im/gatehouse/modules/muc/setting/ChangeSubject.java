package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import java.util.List;

/** Whether not only moderators may change the subject of a room. */
public final class ChangeSubject extends BooleanSetting {
    public static final ChangeSubject SETTING = new ChangeSubject();

    private ChangeSubject() {
        super("change_subject", false, "muc#roomconfig_changesubject", "Let every participant change the subject");
    }

    @Override
    public List<Field> info(Boolean value) {
        return List.of(
                Field.bool("muc#roomconfig_changesubject", "Participants may change the subject", value),
                Field.bool("muc#roominfo_subjectmod", "Participants may change the subject", value));
    }
}
