package im.gatehouse.modules.pubsub.setting;

/** Whether anybody may subscribe. */
public final class Subscribing extends BooleanSetting {
    public static final Subscribing SETTING = new Subscribing();

    private Subscribing() {
        super("subscribe", true, "Allow subscriptions");
    }
}
