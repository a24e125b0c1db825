package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber has chosen about what is sent (XEP-0060 section 6.3).
 *
 * @param deliver whether events are sent
 * @param expires when the subscription ends by itself, null for never
 * @param temporary whether it ends when the subscriber goes offline (section 12.4)
 * @param shows in which presence states events are sent, {@code online} among them; all of them where it is empty
 */
public record SubscriptionOptions(boolean deliver, @Nullable Instant expires, boolean temporary, Set<String> shows) {
    /** As a subscription is until its subscriber chooses. */
    public static final SubscriptionOptions INITIAL = new SubscriptionOptions(true, null, false, Set.of());

    private static final String DELIVER = "pubsub#deliver";
    private static final String EXPIRE = "pubsub#expire";
    private static final String SHOWS = "pubsub#show-values";
    private static final String PRESENCE = "presence";

    /** Available without a show value. */
    static final String ONLINE = "online";

    private static final List<Option> SHOW_OPTIONS = List.of(
            new Option("away", "Away"),
            new Option("chat", "Free to chat"),
            new Option("dnd", "Busy"),
            new Option(ONLINE, "Available"),
            new Option("xa", "Away for long"));

    public SubscriptionOptions {
        shows = Set.copyOf(shows);
    }

    /** These options of a subscription that ends when its subscriber goes offline. */
    SubscriptionOptions asTemporary() {
        return new SubscriptionOptions(deliver, null, true, shows);
    }

    boolean haveExpired(Instant now) {
        return expires != null && !expires.isAfter(now);
    }

    // --- as a form ---

    DataForm form(DataForm.Type type) {
        String until = temporary ? PRESENCE : expires == null ? null : expires.toString();
        return DataForm.of(
                type,
                Pubsub.SUBSCRIBE_OPTIONS,
                null,
                List.of(
                        Field.bool(DELIVER, "Send events", deliver),
                        Field.of(
                                EXPIRE,
                                FieldType.TEXT_SINGLE,
                                "Until when: a date with time, or \"presence\" for as long as you are online",
                                until == null ? new String[0] : new String[] {until}),
                        new Field(
                                SHOWS,
                                FieldType.LIST_MULTI,
                                "When to send events; always, when nothing is chosen",
                                List.copyOf(new TreeSet<>(shows)),
                                SHOW_OPTIONS,
                                false)));
    }

    /**
     * The options with what somebody has chosen.
     *
     * @param knowsPresence whether the service knows when the subscriber is online
     * @throws StanzaException {@code bad-request} with {@code invalid-options}
     */
    SubscriptionOptions submitted(DataForm form, boolean knowsPresence, Instant now) {
        SubscriptionOptions options = this;
        for (Field field : form.fields()) {
            options = switch (field.var()) {
                case "FORM_TYPE" -> options;
                case DELIVER ->
                    new SubscriptionOptions(
                            yesOrNo(field.value()), options.expires, options.temporary, options.shows);
                case EXPIRE -> options.until(field.value(), now);
                case SHOWS ->
                    new SubscriptionOptions(options.deliver, options.expires, options.temporary, shows(field));
                default -> throw invalid(field.var() + " cannot be chosen here");
            };
        }
        if (!knowsPresence && (options.temporary || !options.shows.isEmpty())) {
            throw invalid("Of strangers to this server it is not known when they are online");
        }
        return options;
    }

    private SubscriptionOptions until(@Nullable String value, Instant now) {
        boolean whileOnline = PRESENCE.equals(value);
        Instant until = whileOnline || value == null || value.isEmpty() ? null : moment(value);
        if (until != null && !until.isAfter(now)) {
            throw invalid(EXPIRE + " is a moment to come");
        }
        return new SubscriptionOptions(deliver, until, whileOnline, shows);
    }

    private static Set<String> shows(Field field) {
        Set<String> shows = Set.copyOf(field.values());
        if (!SHOW_OPTIONS.stream().map(Option::value).toList().containsAll(shows)) {
            throw invalid(SHOWS + " is away, chat, dnd, online or xa");
        }
        return shows.size() == SHOW_OPTIONS.size() ? Set.of() : shows;
    }

    private static boolean yesOrNo(@Nullable String value) {
        return switch (value) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            case null, default -> throw invalid(DELIVER + " is yes or no");
        };
    }

    private static Instant moment(String text) {
        try {
            return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException _) {
            throw invalid(EXPIRE + " is a date with time (XEP-0082)");
        }
    }

    private static StanzaException invalid(String text) {
        return Refusals.of(Condition.BAD_REQUEST, "invalid-options", text);
    }
}
