package im.gatehouse.modules.pubsub.setting;

/** Whether subscribers are told of a new configuration. */
public final class NotifyConfig extends BooleanSetting {
    public static final NotifyConfig SETTING = new NotifyConfig();

    private NotifyConfig() {
        super("notify_config", false, "Tell subscribers of a new configuration");
    }
}
