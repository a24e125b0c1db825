package im.gatehouse.modules.muclimits;

import im.gatehouse.hook.Verdict;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;

/**
 * What refused senders are told: the reference's words and, where they may try again later, when. Safe from any thread;
 * the answers of a flood are made once.
 */
final class Answers {
    /** The namespace of {@code <retry-after seconds='…'/>} inside an error. */
    static final String NAMESPACE = "https://gatehouse.im/protocol/muc-limits";

    private static final int SOON = 60;

    /** For each number of seconds from 0, which stands for never, to {@link #SOON}. */
    private final Verdict<StanzaError>[] overactive;

    @SuppressWarnings("unchecked") // an array of a generic type is made in no other way
    Answers() {
        overactive = (Verdict<StanzaError>[]) new Verdict<?>[SOON + 1];
        overactive[0] = Refused.OVERACTIVE.verdict();
        for (int seconds = 1; seconds <= SOON; seconds++) {
            overactive[seconds] = later(seconds);
        }
    }

    /**
     * To one who came too fast.
     *
     * @param seconds until another try; 0 to say nothing of that
     */
    Verdict<StanzaError> overactive(int seconds) {
        return seconds <= SOON ? overactive[seconds] : later(seconds);
    }

    /** To one who spoke again too soon in slow mode (XEP-0500 section 5). */
    static Verdict<StanzaError> slow(int between, int seconds, boolean telling) {
        StanzaError error = wait("This room is in slow mode: between two messages of yours there must be "
                + seconds(between) + (telling ? ", so try again in " + seconds(seconds) : ""));
        return Verdict.refuse(telling ? error.detail(retryAfter(seconds)) : error);
    }

    private static Verdict<StanzaError> later(int seconds) {
        return Verdict.refuse(wait(Refused.OVERACTIVE.text() + " (in " + seconds(seconds) + ")").detail(retryAfter(seconds)));
    }

    private static StanzaError wait(String text) {
        return Condition.POLICY_VIOLATION.error(text).type(StanzaError.Type.WAIT);
    }

    private static String seconds(int number) {
        return number + (number == 1 ? " second" : " seconds");
    }

    private static Element retryAfter(int seconds) {
        return Element.builder("retry-after", NAMESPACE)
                .attribute("seconds", Integer.toString(seconds))
                .build();
    }
}
