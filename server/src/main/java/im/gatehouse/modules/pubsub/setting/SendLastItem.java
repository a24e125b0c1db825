package im.gatehouse.modules.pubsub.setting;

/** When somebody is sent the last item without asking for it. */
public final class SendLastItem extends ChoiceSetting<SendLastItem.When> {
    public static final SendLastItem SETTING = new SendLastItem();

    /** When. */
    public enum When {
        NEVER,
        /** On subscribing. */
        ON_SUB,
        /** On subscribing and, where the node belongs to an account, on becoming available. */
        ON_SUB_AND_PRESENCE
    }

    private SendLastItem() {
        super(
                "send_last_published_item",
                When.ON_SUB,
                "When to send the last item",
                "Never",
                "On subscribing",
                "On subscribing and on becoming available");
    }
}
