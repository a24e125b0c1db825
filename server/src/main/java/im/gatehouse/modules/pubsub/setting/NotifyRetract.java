package im.gatehouse.modules.pubsub.setting;

/** Whether subscribers are told when items are retracted or all of them are purged. */
public final class NotifyRetract extends BooleanSetting {
    public static final NotifyRetract SETTING = new NotifyRetract();

    private NotifyRetract() {
        super("notify_retract", true, "Tell subscribers when items are removed");
    }
}
