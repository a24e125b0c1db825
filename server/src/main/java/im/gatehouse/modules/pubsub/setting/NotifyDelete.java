package im.gatehouse.modules.pubsub.setting;

/** Whether subscribers are told when the node is deleted. */
public final class NotifyDelete extends BooleanSetting {
    public static final NotifyDelete SETTING = new NotifyDelete();

    private NotifyDelete() {
        super("notify_delete", true, "Tell subscribers when the node is deleted");
    }
}
