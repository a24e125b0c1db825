package im.gatehouse.modules.pubsub.setting;

/** Whom replies to items go to: where it is the publisher, items name theirs (XEP-0060 section 12.16). */
public final class ItemReply extends ChoiceSetting<ItemReply.Whom> {
    public static final ItemReply SETTING = new ItemReply();

    /** Whom. */
    public enum Whom {
        /** The owners, who stand in the meta-data. */
        OWNER,
        PUBLISHER,
        NONE
    }

    private ItemReply() {
        super("itemreply", Whom.NONE, "Who gets replies to items", "Owner", "Publisher, whom items name", "Nobody");
    }
}
