package im.gatehouse.modules.roster;

import im.gatehouse.stanza.Presence;
import org.jspecify.annotations.Nullable;

/**
 * Who of a user and a contact may see the other's presence, and who has asked to: the state machine of RFC 6121
 * appendix A, seen from the user. Pure: a step answers the next state and what is to be done about it.
 *
 * @param to the user sees the contact's presence
 * @param from the contact sees the user's presence
 * @param pendingOut the user has asked to see the contact's; never together with {@code to}
 * @param pendingIn the contact has asked to see the user's; never together with {@code from}
 * @param approved the user agrees in advance to the contact's asking (section 3.4); never together with {@code from}
 */
public record SubscriptionState(boolean to, boolean from, boolean pendingOut, boolean pendingIn, boolean approved) {
    /** Nobody sees anybody, and nobody has asked. */
    public static final SubscriptionState NONE = new SubscriptionState(false, false, false, false, false);

    /**
     * What a subscription stanza leads to.
     *
     * @param next the state afterwards
     * @param passes whether the stanza goes on: out to the contact, or in to the user
     * @param reply what the server answers to the contact at once, or null
     */
    public record Step(SubscriptionState next, boolean passes, Presence.@Nullable Type reply) {}

    /** Whether anything at all is known of the two. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** What a roster says: {@code none}, {@code to}, {@code from} or {@code both} (section 2.1.2.5). */
    public String wire() {
        if (to) {
            return from ? "both" : "to";
        }
        return from ? "from" : "none";
    }

    /**
     * The user sends a subscription stanza to the contact (appendix A.2).
     *
     * @throws IllegalArgumentException for any other type
     */
    public Step outbound(Presence.Type type) {
        return switch (type) {
            case SUBSCRIBE -> passing(to ? this : with(false, from, true, pendingIn, approved));
            case UNSUBSCRIBE -> passing(with(false, from, false, pendingIn, approved));
            case SUBSCRIBED -> {
                if (pendingIn) {
                    yield passing(with(to, true, pendingOut, false, false));
                }
                yield stopping(from ? this : with(to, false, pendingOut, false, true));
            }
            case UNSUBSCRIBED -> new Step(with(to, false, pendingOut, false, false), from || pendingIn, null);
            case AVAILABLE, UNAVAILABLE, PROBE, ERROR -> throw noStep(type);
        };
    }

    /**
     * A subscription stanza arrives for the user from the contact (appendix A.3).
     *
     * @throws IllegalArgumentException for any other type
     */
    public Step inbound(Presence.Type type) {
        return switch (type) {
            case SUBSCRIBE -> {
                if (from || approved) {
                    yield new Step(with(to, true, pendingOut, false, false), false, Presence.Type.SUBSCRIBED);
                }
                yield new Step(with(to, false, pendingOut, true, false), !pendingIn, null);
            }
            case UNSUBSCRIBE -> new Step(with(to, false, pendingOut, false, approved), from || pendingIn, null);
            case SUBSCRIBED -> pendingOut ? passing(with(true, from, false, pendingIn, approved)) : stopping(this);
            case UNSUBSCRIBED -> new Step(with(false, from, false, pendingIn, approved), to || pendingOut, null);
            case AVAILABLE, UNAVAILABLE, PROBE, ERROR -> throw noStep(type);
        };
    }

    private static Step passing(SubscriptionState next) {
        return new Step(next, true, null);
    }

    private static Step stopping(SubscriptionState next) {
        return new Step(next, false, null);
    }

    private static SubscriptionState with(
            boolean to, boolean from, boolean pendingOut, boolean pendingIn, boolean approved) {
        return new SubscriptionState(to, from, pendingOut, pendingIn, approved);
    }

    private static IllegalArgumentException noStep(Presence.Type type) {
        return new IllegalArgumentException(type + " does not manage a subscription");
    }
}
