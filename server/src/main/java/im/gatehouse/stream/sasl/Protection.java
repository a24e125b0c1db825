package im.gatehouse.stream.sasl;

/**
 * How well a connection is protected when a client signs in on it.
 *
 * @param encrypted whether it is inside TLS
 * @param bindings its channel bindings; ignored when it is not inside TLS
 */
public record Protection(boolean encrypted, ChannelBindings bindings) {
    /** A connection without TLS. */
    public static final Protection NONE = new Protection(false, ChannelBindings.NONE);

    boolean canBind() {
        return encrypted && !bindings.types().isEmpty();
    }
}
