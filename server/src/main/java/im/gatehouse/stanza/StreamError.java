package im.gatehouse.stanza;

import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a stream ends (RFC 6120 section 4.9). A stream error is the last thing that is said on a stream.
 *
 * @param condition the defined condition
 * @param text words for people, or null
 * @param detail an application-specific condition, or null
 */
public record StreamError(Condition condition, @Nullable String text, @Nullable Element detail) {
    /** The defined conditions (RFC 6120 section 4.9.3). */
    public enum Condition {
        BAD_FORMAT,
        BAD_NAMESPACE_PREFIX,
        CONFLICT,
        CONNECTION_TIMEOUT,
        HOST_GONE,
        HOST_UNKNOWN,
        IMPROPER_ADDRESSING,
        INTERNAL_SERVER_ERROR,
        INVALID_FROM,
        INVALID_NAMESPACE,
        INVALID_XML,
        NOT_AUTHORIZED,
        NOT_WELL_FORMED,
        POLICY_VIOLATION,
        REMOTE_CONNECTION_FAILED,
        RESET,
        RESOURCE_CONSTRAINT,
        RESTRICTED_XML,
        SEE_OTHER_HOST,
        SYSTEM_SHUTDOWN,
        UNDEFINED_CONDITION,
        UNSUPPORTED_ENCODING,
        UNSUPPORTED_FEATURE,
        UNSUPPORTED_STANZA_TYPE,
        UNSUPPORTED_VERSION;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String wire() {
            return wire;
        }

        public StreamError error() {
            return new StreamError(this, null, null);
        }

        public StreamError error(String text) {
            return new StreamError(this, text, null);
        }
    }

    /** The {@code <stream:error/>} element. */
    public Element toElement() {
        Element.Builder error = Element.builder("error", Namespaces.STREAM)
                .child(Element.of(condition.wire(), Namespaces.STREAM_ERRORS));
        if (text != null) {
            error.child(Element.builder("text", Namespaces.STREAM_ERRORS).lang("en").text(text).build());
        }
        return error.child(detail).build();
    }
}
