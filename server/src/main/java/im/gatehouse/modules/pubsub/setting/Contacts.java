package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;

/** Whom to turn to with questions about the node. */
public final class Contacts extends ListSetting {
    public static final Contacts SETTING = new Contacts();

    private Contacts() {
        super("contact", FieldType.JID_MULTI, "Whom to turn to with questions");
    }

    @Override
    protected String parse(String text) {
        try {
            return Jid.parse(text).toString();
        } catch (InvalidJidException _) {
            throw refused("\"" + text + "\" is no address");
        }
    }

    @Override
    public boolean isMetaData() {
        return true;
    }
}
