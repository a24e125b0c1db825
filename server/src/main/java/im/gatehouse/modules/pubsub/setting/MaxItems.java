package im.gatehouse.modules.pubsub.setting;

/** How many items are kept; the oldest goes when there is one too many. */
public final class MaxItems extends NumberSetting {
    public static final MaxItems SETTING = new MaxItems();

    private MaxItems() {
        super("max_items", 20, "Most items to keep, or max");
    }

    @Override
    public boolean isMetaData() {
        return true;
    }
}
