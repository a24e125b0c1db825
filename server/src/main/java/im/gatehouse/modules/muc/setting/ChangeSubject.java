package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;

/** Whether not only moderators may change the subject of a room. */
public final class ChangeSubject extends BooleanSetting {
    public static final ChangeSubject SETTING = new ChangeSubject();

    private ChangeSubject() {
        super("change_subject", false, "muc#roomconfig_changesubject", "Let every participant change the subject");
    }

    @Override
    public Field info(Boolean value) {
        return Field.bool("muc#roominfo_changesubject", "Participants may change the subject", value);
    }
}
