package im.gatehouse.modules.muclimits;

import im.gatehouse.hook.Verdict;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import java.util.Locale;

/** Why an event is refused, and what the sender is told: the reference's words. */
enum Refused {
    OVERACTIVE(StanzaError.Type.WAIT, "The room is currently overactive, please try again later"),
    NICK_TOO_LONG(StanzaError.Type.MODIFY, "Your nick name is too long, please use a shorter one"),
    BODY_TOO_LONG(StanzaError.Type.MODIFY, "Your message is too long, please write a shorter one"),
    SLOW_MODE(StanzaError.Type.WAIT, "This room is in slow mode");

    private final String text;

    /** Made once: a refusal in a flood makes no object. */
    private final Verdict<StanzaError> verdict;

    private final String label = name().toLowerCase(Locale.ROOT);

    Refused(StanzaError.Type type, String text) {
        this.text = text;
        verdict = Verdict.refuse(Condition.POLICY_VIOLATION.error(text).type(type));
    }

    String text() {
        return text;
    }

    Verdict<StanzaError> verdict() {
        return verdict;
    }

    /** The word for it in the figures. */
    String label() {
        return label;
    }
}
