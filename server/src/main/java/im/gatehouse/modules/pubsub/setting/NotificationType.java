package im.gatehouse.modules.pubsub.setting;

/** Of which type the messages are that tell of events: a headline is not kept for those who are away. */
public final class NotificationType extends ChoiceSetting<NotificationType.Type> {
    public static final NotificationType SETTING = new NotificationType();

    /** The types of message. */
    public enum Type {
        NORMAL,
        HEADLINE
    }

    private NotificationType() {
        super("notification_type", Type.HEADLINE, "Type of the messages with events", "Normal", "Headline");
    }
}
