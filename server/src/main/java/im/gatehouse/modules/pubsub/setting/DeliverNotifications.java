package im.gatehouse.modules.pubsub.setting;

/** Whether anybody is told of anything; otherwise items are there to be asked for. */
public final class DeliverNotifications extends BooleanSetting {
    public static final DeliverNotifications SETTING = new DeliverNotifications();

    private DeliverNotifications() {
        super("deliver_notifications", true, "Deliver events");
    }
}
