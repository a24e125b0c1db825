package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells of itself as it signs in (XEP-0388 section 2.3). Nobody but the account's owner and the server's
 * administrators may learn it, and it is never logged.
 *
 * @param id tells this installation of a client from all others, 1 to {@value #MOST_ID} characters; null for none
 * @param software the name of the client, or null; cut off after {@value #MOST_TEXT} characters
 * @param device what it runs on, likewise
 */
record UserAgent(@Nullable String id, @Nullable String software, @Nullable String device) {
    /** A UUID has 36. */
    static final int MOST_ID = 64;

    static final int MOST_TEXT = 100;

    /** The id of the client to which a session belongs. */
    static final Session.Key<String> CLIENT = new Session.Key<>("client");

    private static final UserAgent UNKNOWN = new UserAgent(null, null, null);

    /**
     * Reads what came with {@code <authenticate/>}.
     *
     * @return empty when the id is none
     */
    static Optional<UserAgent> in(Element authenticate) {
        Element element = authenticate.child("user-agent", Sasl2Feature.NAMESPACE);
        if (element == null) {
            return Optional.of(UNKNOWN);
        }
        String id = element.attribute("id");
        if (id != null && (id.isBlank() || id.length() > MOST_ID)) {
            return Optional.empty();
        }
        return Optional.of(new UserAgent(id, text(element, "software"), text(element, "device")));
    }

    private static @Nullable String text(Element element, String name) {
        String text = element.childText(name, Sasl2Feature.NAMESPACE);
        if (text == null || text.isBlank()) {
            return null;
        }
        String whole = text.strip();
        return whole.codePointCount(0, whole.length()) <= MOST_TEXT
                ? whole
                : whole.substring(0, whole.offsetByCodePoints(0, MOST_TEXT));
    }

    @Override
    public String toString() {
        return "UserAgent[]";
    }
}
