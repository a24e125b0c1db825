package im.gatehouse.modules.archive;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.OnlyChild;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks an archive for (XEP-0313 section 4, XEP-0059).
 *
 * @param queryId is in every part of the answer, or null
 * @param with only what was said with this address, or null
 * @param above only larger ids, by their time
 * @param below only smaller ids, by their time
 * @param afterId only what came after this message, or null
 * @param beforeId only what came before this message, or null
 * @param ids only these messages, or null
 * @param max how many in the page, or null for the usual
 * @param after the page begins behind this message, or null
 * @param before the page ends before this message, or null
 * @param backwards whether the last that match are wanted, and not the first
 * @param index how many that match come before the page, or null
 * @param flipped whether the page is sent with the last message first
 */
record Question(
        @Nullable String queryId,
        @Nullable Jid with,
        long above,
        long below,
        @Nullable Long afterId,
        @Nullable Long beforeId,
        @Nullable List<Long> ids,
        @Nullable Integer max,
        @Nullable Long after,
        @Nullable Long before,
        boolean backwards,
        @Nullable Integer index,
        boolean flipped) {
    private static final String FORM_TYPE = "FORM_TYPE";
    private static final String WITH = "with";
    private static final String START = "start";
    private static final String END = "end";
    private static final String AFTER_ID = "after-id";
    private static final String BEFORE_ID = "before-id";
    private static final String IDS = "ids";
    private static final String INCLUDE_GROUPCHAT = "include-groupchat";
    private static final Set<String> FIELDS =
            Set.of(FORM_TYPE, WITH, START, END, AFTER_ID, BEFORE_ID, IDS, INCLUDE_GROUPCHAT);
    private static final String VALIDATE = "http://jabber.org/protocol/xdata-validate";
    private static final long NANOS_IN_MILLI = 1_000_000;

    /**
     * Reads a question.
     *
     * @param mostIds how many messages may be asked for by id
     * @param id reads an id as this archive gives it; empty for what can be none
     * @throws StanzaException with {@code bad-request} for what cannot be read, {@code feature-not-implemented} for a
     *     field that nobody knows, {@code item-not-found} for what can be no id
     */
    static Question of(Element query, int mostIds, Function<String, OptionalLong> id) {
        if (query.attribute("node") != null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "This archive has no nodes");
        }
        DataForm form = form(query);
        Element set = OnlyChild.of(query, "set", Mam.RSM);
        String after = text(set, "after");
        String before = text(set, "before");
        return new Question(
                query.attribute("queryid"),
                with(form),
                aboveOf(moment(form, START)),
                belowOf(moment(form, END)),
                idOrNull(single(form, AFTER_ID), id),
                idOrNull(single(form, BEFORE_ID), id),
                ids(form, mostIds, id),
                number(set, "max"),
                idOrNull(after == null || after.isEmpty() ? null : after, id),
                idOrNull(before == null || before.isEmpty() ? null : before, id),
                before != null,
                number(set, "index"),
                query.child("flip-page", Mam.NAMESPACE) != null);
    }

    private static DataForm form(Element query) {
        Element x = OnlyChild.of(query, "x", DataForm.NAMESPACE);
        DataForm form = x == null
                ? DataForm.of(DataForm.Type.SUBMIT, Mam.NAMESPACE, null, List.of())
                : DataForm.of(x);
        if (form == null || form.type() != DataForm.Type.SUBMIT || !Mam.NAMESPACE.equals(form.formType())) {
            throw new StanzaException(Condition.BAD_REQUEST, "This is no filled-in form for archives");
        }
        for (DataForm.Field field : form.fields()) {
            if (!FIELDS.contains(field.var())) {
                throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED, "There is no field " + field.var());
            }
        }
        groupchat(form);
        return form;
    }

    /** Archives of users hold nothing that was said to all in a room, so that the field changes nothing. */
    private static void groupchat(DataForm form) {
        switch (single(form, INCLUDE_GROUPCHAT)) {
            case null -> {}
            case "true", "false", "1", "0" -> {}
            default -> throw new StanzaException(Condition.BAD_REQUEST, INCLUDE_GROUPCHAT + " is true or false");
        }
    }

    private static @Nullable String single(DataForm form, String var) {
        List<DataForm.Field> fields =
                form.fields().stream().filter(field -> field.var().equals(var)).toList();
        if (fields.isEmpty()) {
            return null;
        }
        if (fields.size() > 1 || fields.getFirst().values().size() != 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " has one value");
        }
        return fields.getFirst().value();
    }

    private static @Nullable Jid with(DataForm form) {
        String text = single(form, WITH);
        try {
            return text == null ? null : Jid.parse(text);
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Instant moment(DataForm form, String var) {
        String text = single(form, var);
        try {
            return text == null ? null : OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException _) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " is a time as XEP-0082 writes it");
        }
    }

    /** Times of messages are whole milliseconds: the first that is not before the start. */
    private static long aboveOf(@Nullable Instant start) {
        return start == null ? -1 : Ids.first(millis(start, nanos -> nanos + NANOS_IN_MILLI - 1)) - 1;
    }

    /** The last millisecond that is not after the end. */
    private static long belowOf(@Nullable Instant end) {
        return end == null ? Long.MAX_VALUE : Ids.first(millis(end, nanos -> nanos) + 1);
    }

    private static long millis(Instant instant, LongUnaryOperator rounding) {
        long seconds = Math.clamp(instant.getEpochSecond(), -1, Long.MAX_VALUE / 1_000_000);
        return seconds * 1_000 + rounding.applyAsLong(instant.getNano()) / NANOS_IN_MILLI;
    }

    private static @Nullable Long idOrNull(@Nullable String text, Function<String, OptionalLong> id) {
        return text == null ? null : id(text, id);
    }

    private static Long id(String text, Function<String, OptionalLong> id) {
        return id.apply(text)
                .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such message"));
    }

    private static @Nullable List<Long> ids(DataForm form, int most, Function<String, OptionalLong> id) {
        if (form.field(IDS) == null) {
            return null;
        }
        List<Long> ids = new ArrayList<>();
        for (String text : form.values(IDS)) {
            ids.add(id(text, id));
        }
        if (ids.isEmpty() || ids.size() > most) {
            throw new StanzaException(Condition.BAD_REQUEST, "One asks for 1 to " + most + " ids at once");
        }
        return ids.stream().distinct().toList();
    }

    private static @Nullable String text(@Nullable Element set, String name) {
        Element found = OnlyChild.of(set, name, Mam.RSM);
        return found == null ? null : found.text();
    }

    private static @Nullable Integer number(@Nullable Element set, String name) {
        String text = text(set, name);
        if (text == null) {
            return null;
        }
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0) {
                return (int) Math.min(number, Integer.MAX_VALUE);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new StanzaException(Condition.BAD_REQUEST, name + " is a number from 0");
    }

    /** The fields that may be filled in (section 4.1.5). */
    static Element fields() {
        DataForm form = DataForm.of(
                DataForm.Type.FORM,
                Mam.NAMESPACE,
                null,
                List.of(
                        field(WITH, DataForm.FieldType.JID_SINGLE),
                        field(START, DataForm.FieldType.TEXT_SINGLE),
                        field(END, DataForm.FieldType.TEXT_SINGLE),
                        field(BEFORE_ID, DataForm.FieldType.TEXT_SINGLE),
                        field(AFTER_ID, DataForm.FieldType.TEXT_SINGLE),
                        field(INCLUDE_GROUPCHAT, DataForm.FieldType.BOOLEAN)));
        Element ids = Element.builder("field", DataForm.NAMESPACE)
                .attribute("type", DataForm.FieldType.LIST_MULTI.wire())
                .attribute("var", IDS)
                .child(Element.builder("validate", VALIDATE)
                        .attribute("datatype", "xs:string")
                        .child("open")
                        .build())
                .build();
        return Element.builder("query", Mam.NAMESPACE)
                .child(form.toElement().with(ids))
                .build();
    }

    private static DataForm.Field field(String var, DataForm.FieldType type) {
        return new DataForm.Field(var, type, null, List.of(), List.of(), false);
    }
}
