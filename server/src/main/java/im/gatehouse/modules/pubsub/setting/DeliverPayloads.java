package im.gatehouse.modules.pubsub.setting;

/** Whether events carry what was published, or only say that something was. */
public final class DeliverPayloads extends BooleanSetting {
    public static final DeliverPayloads SETTING = new DeliverPayloads();

    private DeliverPayloads() {
        super("deliver_payloads", true, "Deliver payloads with events");
    }
}
