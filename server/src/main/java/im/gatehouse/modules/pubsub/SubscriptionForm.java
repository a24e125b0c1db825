package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What subscribers may choose about what they are sent (XEP-0060 section 6.3): whether, and until when. */
final class SubscriptionForm {
    private static final String DELIVER = "pubsub#deliver";
    private static final String EXPIRE = "pubsub#expire";

    private SubscriptionForm() {}

    static DataForm of(boolean deliver, @Nullable Instant expires) {
        return DataForm.of(
                DataForm.Type.FORM,
                Pubsub.SUBSCRIBE_OPTIONS,
                null,
                List.of(
                        Field.bool(DELIVER, "Send events", deliver),
                        expires == null
                                ? Field.of(EXPIRE, FieldType.TEXT_SINGLE, "Until when, a date with time")
                                : Field.of(
                                        EXPIRE,
                                        FieldType.TEXT_SINGLE,
                                        "Until when, a date with time",
                                        expires.toString())));
    }

    /**
     * The subscription with what somebody has chosen.
     *
     * @throws StanzaException {@code bad-request} with {@code invalid-options}
     */
    static Subscription submitted(Subscription subscription, DataForm form) {
        boolean deliver = subscription.deliver();
        Instant expires = subscription.expires();
        for (Field field : form.fields()) {
            String value = field.value();
            switch (field.var()) {
                case "FORM_TYPE" -> {}
                case DELIVER -> deliver = yesOrNo(value);
                case EXPIRE -> expires = value == null || value.isEmpty() ? null : moment(value);
                default -> throw Refusals.of(
                        Condition.BAD_REQUEST, "invalid-options", field.var() + " cannot be chosen here");
            }
        }
        return new Subscription(subscription.jid(), subscription.subid(), subscription.pending(), deliver, expires);
    }

    private static boolean yesOrNo(@Nullable String value) {
        return switch (value) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            case null, default -> throw Refusals.of(Condition.BAD_REQUEST, "invalid-options");
        };
    }

    private static Instant moment(String text) {
        try {
            return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException _) {
            throw Refusals.of(Condition.BAD_REQUEST, "invalid-options", EXPIRE + " is a date with time (XEP-0082)");
        }
    }
}
