package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** The address of a node for publishing and subscribing that belongs to a room, as an XMPP URI. */
public final class PubsubNode extends TextSetting {
    public static final PubsubNode SETTING = new PubsubNode();

    private static final String VAR = "muc#roomconfig_pubsub";
    private static final String LABEL = "XMPP URI of a publish-subscribe node of the room";

    private PubsubNode() {
        super("pubsub", VAR, LABEL, 3_071);
    }

    @Override
    public List<Field> info(String value) {
        return value.isEmpty()
                ? List.of()
                : List.of(
                        Field.of(VAR, FieldType.TEXT_SINGLE, LABEL, value), // as the registry has it
                        Field.of("muc#roominfo_pubsub", FieldType.TEXT_SINGLE, LABEL, value)); // as XEP-0045 section 6.4
    }
}
