package im.gatehouse.stream.sasl;

/**
 * How well a connection is protected when a client signs in on it.
 *
 * @param encrypted whether it is inside TLS
 * @param bindings its channel bindings; ignored when it is not inside TLS
 * @param bindingFailed whether the client has tried on this connection to bind by a type that the connection does not
 *     have. It then knows that binding is offered, so when it goes on to say that it can bind but that we do not offer
 *     it, that is a confusion of its own and not somebody's forgery of what we offered
 */
public record Protection(boolean encrypted, ChannelBindings bindings, boolean bindingFailed) {
    public Protection(boolean encrypted, ChannelBindings bindings) {
        this(encrypted, bindings, false);
    }

    /** A connection without TLS. */
    public static final Protection NONE = new Protection(false, ChannelBindings.NONE);

    boolean canBind() {
        return encrypted && !bindings.types().isEmpty();
    }
}
