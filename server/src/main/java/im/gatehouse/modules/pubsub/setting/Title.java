package im.gatehouse.modules.pubsub.setting;

/** What the node is called. */
public final class Title extends TextSetting {
    public static final Title SETTING = new Title();

    private Title() {
        super("title", "Short name");
    }
}
