package im.gatehouse.modules.pubsub.setting;

/** After how many seconds an item goes by itself; {@code max} means never. */
public final class ItemExpire extends NumberSetting {
    public static final ItemExpire SETTING = new ItemExpire();

    private ItemExpire() {
        super("item_expire", MAX, "Seconds after which items are removed, or max");
    }
}
