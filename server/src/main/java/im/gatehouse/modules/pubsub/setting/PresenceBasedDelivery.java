package im.gatehouse.modules.pubsub.setting;

/** Whether only those who are available are told; of strangers to this server that is not known. */
public final class PresenceBasedDelivery extends BooleanSetting {
    public static final PresenceBasedDelivery SETTING = new PresenceBasedDelivery();

    private PresenceBasedDelivery() {
        super("presence_based_delivery", false, "Deliver only to those who are available");
    }
}
