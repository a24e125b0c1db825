package im.gatehouse.modules.register;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The name and the password that somebody asks for, in the fields of XEP-0077 or in a form, which goes first.
 *
 * @param username not empty, not prepared
 * @param password not empty, not prepared
 */
record Application(String username, String password) {
    static final String NAMESPACE = "jabber:iq:register";

    /**
     * The form to fill in, with the same fields for clients that know no forms.
     *
     * @param username the name that it must be, empty for any
     */
    static Element form(String instructions, String username) {
        DataForm form = DataForm.of(
                DataForm.Type.FORM,
                NAMESPACE,
                "A new account",
                List.of(
                        name(username).asRequired(),
                        Field.of("password", FieldType.TEXT_PRIVATE, "Password").asRequired()));
        DataForm instructed = new DataForm(form.type(), form.title(), List.of(instructions), form.fields());
        return Element.builder("query", NAMESPACE)
                .child("instructions", instructions)
                .child(Element.of("username", NAMESPACE, username))
                .child("password")
                .child(instructed.toElement())
                .build();
    }

    private static Field name(String username) {
        return username.isEmpty()
                ? Field.of("username", FieldType.TEXT_SINGLE, "Name")
                : Field.of("username", FieldType.TEXT_SINGLE, "Name", username);
    }

    /**
     * Reads what was filled in.
     *
     * @param missing what is answered when something is missing
     * @throws StanzaException when something is, or when something is there twice: nobody knows which was meant
     */
    static Application read(Element query, Condition missing) {
        if (Stream.of("username", "password").anyMatch(name -> query.children(name, NAMESPACE).size() > 1)
                || query.children("x", DataForm.NAMESPACE).size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is one name, one password and one form");
        }
        DataForm form = DataForm.of(query.child("x", DataForm.NAMESPACE));
        String username = form == null ? query.childText("username", NAMESPACE) : form.value("username");
        String password = form == null ? query.childText("password", NAMESPACE) : form.value("password");
        return new Application(required(username, "name", missing), required(password, "password", missing));
    }

    private static String required(@Nullable String value, String what, Condition missing) {
        if (value == null || value.isEmpty()) {
            throw new StanzaException(missing, "The " + what + " is missing");
        }
        return value;
    }

    /** Leaves out the password. */
    @Override
    public String toString() {
        return "Application[" + username + "]";
    }
}
