package im.gatehouse.modules.pubsub.setting;

/** Who may publish to the node. */
public final class PublishModel extends ChoiceSetting<PublishModel.Publishers> {
    public static final PublishModel SETTING = new PublishModel();

    /** Who may. */
    public enum Publishers {
        /** Owners and those whom they made publishers. */
        PUBLISHERS,
        /** Those, and subscribers. */
        SUBSCRIBERS,
        /** Everybody who is not an outcast. */
        OPEN
    }

    private PublishModel() {
        super("publish_model", Publishers.PUBLISHERS, "Who may publish", "Publishers", "Subscribers", "Everybody");
    }

    @Override
    public boolean isMetaData() {
        return true;
    }
}
