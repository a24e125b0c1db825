package im.gatehouse.modules.pubsub.setting;

/** What the node is for, in words. */
public final class Description extends TextSetting {
    public static final Description SETTING = new Description();

    private Description() {
        super("description", "Description");
    }
}
