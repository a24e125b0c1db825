package im.gatehouse.modules.pubsub.setting;

/** Whether subscriptions end when their subscribers go offline; of strangers to this server that is not known. */
public final class TemporarySubscriptions extends BooleanSetting {
    public static final TemporarySubscriptions SETTING = new TemporarySubscriptions();

    private TemporarySubscriptions() {
        super("tempsub", false, "Subscriptions last as long as the subscriber is online");
    }
}
