package im.gatehouse.modules.pubsub.setting;

/** Whether items are kept for those who come later. */
public final class PersistItems extends BooleanSetting {
    public static final PersistItems SETTING = new PersistItems();

    private PersistItems() {
        super("persist_items", true, "Keep items");
    }
}
