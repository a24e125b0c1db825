package im.gatehouse.modules.pubsub.setting;

/** The namespace of what is published; it is told, and nothing is refused because of it. */
public final class PayloadType extends TextSetting {
    public static final PayloadType SETTING = new PayloadType();

    private PayloadType() {
        super("type", "Namespace of the payloads");
    }
}
