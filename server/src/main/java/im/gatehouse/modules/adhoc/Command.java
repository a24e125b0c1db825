package im.gatehouse.modules.adhoc;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Something that users may have the server do, step by step with forms (XEP-0050).
 *
 * @param node its name on the wire
 * @param name its name for people
 * @param allowed who may give it; asked again at each step
 * @param start its first step
 */
public record Command(String node, String name, Predicate<Jid> allowed, Start start) {
    /** The first step. Runs on a virtual thread and may block. */
    @FunctionalInterface
    public interface Start {
        /**
         * @param host the domain that is asked
         * @param requester who asks
         * @throws im.gatehouse.stanza.StanzaException to refuse
         */
        Reply begin(String host, Jid requester);
    }

    /** A later step. Runs on a virtual thread and may block. */
    @FunctionalInterface
    public interface Next {
        /**
         * @param submitted the form that came back
         * @throws im.gatehouse.stanza.StanzaException to refuse; then the step may be repeated
         */
        Reply take(DataForm submitted);
    }

    /** What a step leads to. */
    public sealed interface Reply {
        /** A form must be filled in. */
        record Ask(DataForm form, Next next) implements Reply {}

        /**
         * It is done, or has failed for good, which a note says.
         *
         * @param within stands within the form beside its fields, or null
         */
        record Done(@Nullable DataForm result, List<Note> notes, @Nullable Element within) implements Reply {
            public Done {
                notes = List.copyOf(notes);
            }

            public Done(@Nullable DataForm result, List<Note> notes) {
                this(result, notes, null);
            }
        }
    }

    /** Words for people with the end of a command. */
    public record Note(Severity severity, String text) {}

    /** How serious a note is. */
    public enum Severity {
        INFO,
        WARN,
        ERROR
    }
}
