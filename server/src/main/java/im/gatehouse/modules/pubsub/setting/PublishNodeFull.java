package im.gatehouse.modules.pubsub.setting;

/** What becomes of a new item when the node keeps as many as it may (XEP-0060 section 7.1.2.5). */
public final class PublishNodeFull extends ChoiceSetting<PublishNodeFull.Then> {
    public static final PublishNodeFull SETTING = new PublishNodeFull();

    /** What becomes of it. */
    public enum Then {
        /** It takes the place of the oldest, of which those are told who hear of retracted items. */
        RETRACT_OLDEST,
        /** It takes the place of the oldest, without a word about that. */
        DISCARD_OLDEST,
        /** It is refused. */
        REJECT
    }

    private PublishNodeFull() {
        super(
                '-',
                "publish_node_full",
                Then.RETRACT_OLDEST,
                "When the node is full",
                "Retract the oldest item",
                "Discard the oldest item silently",
                "Refuse the new item");
    }
}
