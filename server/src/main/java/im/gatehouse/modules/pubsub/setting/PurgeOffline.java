package im.gatehouse.modules.pubsub.setting;

/** Whether items go when their publisher goes offline; of strangers to this server that is not known. */
public final class PurgeOffline extends BooleanSetting {
    public static final PurgeOffline SETTING = new PurgeOffline();

    private PurgeOffline() {
        super("purge_offline", false, "Remove items when their publisher goes offline");
    }
}
