package im.gatehouse.modules.pubsub.setting;

/** How many bytes a payload may have, as XML. */
public final class MaxPayloadSize extends NumberSetting {
    public static final MaxPayloadSize SETTING = new MaxPayloadSize();

    private MaxPayloadSize() {
        super("max_payload_size", MAX, "Most bytes of a payload, or max");
    }
}
