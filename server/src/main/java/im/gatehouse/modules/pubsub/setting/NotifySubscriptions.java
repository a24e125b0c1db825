package im.gatehouse.modules.pubsub.setting;

/** Whether owners are told who subscribes and who leaves. */
public final class NotifySubscriptions extends BooleanSetting {
    public static final NotifySubscriptions SETTING = new NotifySubscriptions();

    private NotifySubscriptions() {
        super("notify_sub", false, "Tell owners of subscriptions");
    }
}
