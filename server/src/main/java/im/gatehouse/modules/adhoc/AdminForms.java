package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms of XEP-0133, as they are asked and as they are read. */
public final class AdminForms {
    /** The namespace of the commands and their forms. */
    public static final String NAMESPACE = "http://jabber.org/protocol/admin";

    /** How many addresses are listed at most, whatever is asked for. */
    static final int MOST_LISTED = 10_000;

    private static final List<Option> NUMBERS = List.of(
            new Option("25", "25"),
            new Option("50", "50"),
            new Option("75", "75"),
            new Option("100", "100"),
            new Option("150", "150"),
            new Option("200", "200"),
            new Option("none", "None"));

    private AdminForms() {}

    // --- asked ---

    /** A form to be filled in. */
    public static DataForm ask(String title, String instructions, Field... fields) {
        DataForm form = DataForm.of(DataForm.Type.FORM, NAMESPACE, title, List.of(fields));
        return new DataForm(form.type(), form.title(), List.of(instructions), form.fields());
    }

    static Field account(String label) {
        return Field.of("accountjid", FieldType.JID_SINGLE, label).asRequired();
    }

    static Field accounts(String label) {
        return Field.of("accountjids", FieldType.JID_MULTI, label).asRequired();
    }

    static Field password(String name, String label) {
        return Field.of(name, FieldType.TEXT_PRIVATE, label).asRequired();
    }

    static Field mostItems() {
        return Field.list("max_items", "Maximum number of items to show", "100", NUMBERS);
    }

    // --- read ---

    static String required(DataForm form, String name) {
        String value = form.value(name);
        if (value == null || value.isEmpty()) {
            throw AdHocCommands.badPayload("The field " + name + " must be filled in");
        }
        return value;
    }

    /** The address of an account, bare. */
    static Jid account(DataForm form) {
        return jid(required(form, "accountjid")).bare();
    }

    /** Addresses of accounts or of their sessions. */
    static List<Jid> accounts(DataForm form) {
        required(form, "accountjids");
        return form.values("accountjids").stream().distinct().map(AdminForms::jid).toList();
    }

    private static Jid jid(String text) {
        try {
            Jid jid = Jid.parse(text);
            if (jid.hasLocal()) {
                return jid;
            }
        } catch (InvalidJidException _) {
            // told below
        }
        throw AdHocCommands.badPayload("This is no address of a user: " + text);
    }

    /** How many addresses shall be listed. */
    static int mostItems(DataForm form) {
        @Nullable String text = form.value("max_items");
        if (text == null || text.equals("none")) {
            return MOST_LISTED;
        }
        try {
            int most = Integer.parseInt(text);
            if (most > 0) {
                return Math.min(most, MOST_LISTED);
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw AdHocCommands.badPayload("The field max_items must be a number above 0, or none");
    }

    // --- answered ---

    static DataForm result(Field field) {
        return DataForm.of(DataForm.Type.RESULT, NAMESPACE, null, List.of(field));
    }

    static DataForm results(List<Field> fields) {
        return DataForm.of(DataForm.Type.RESULT, NAMESPACE, null, fields);
    }

    static DataForm list(String name, String label, List<Jid> jids) {
        String[] values = jids.stream().map(Jid::toString).toArray(String[]::new);
        return result(Field.of(name, FieldType.JID_MULTI, label, values));
    }

    static DataForm number(String name, String label, long number) {
        return result(Field.of(name, FieldType.TEXT_SINGLE, label, Long.toString(number)));
    }
}
