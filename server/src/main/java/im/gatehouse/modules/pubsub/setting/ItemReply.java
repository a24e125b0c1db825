package im.gatehouse.modules.pubsub.setting;

/** Whom replies to items go to. Events name a publisher who wants replies (XEP-0033); owners stand in the meta-data. */
public final class ItemReply extends ChoiceSetting<ItemReply.Whom> {
    public static final ItemReply SETTING = new ItemReply();

    /** Whom. */
    public enum Whom {
        OWNER,
        PUBLISHER
    }

    private ItemReply() {
        super("itemreply", Whom.OWNER, "Who gets replies to items", "Owner", "Publisher");
    }
}
