package im.gatehouse.router;

import im.gatehouse.hook.Verdict;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Keeps those in bounds who have signed in without an account (XEP-0175): they speak with their own host and its
 * components, and leave nothing behind.
 */
public final class Guests {
    private static final StanzaError NO_ACCOUNT = Condition.NOT_ALLOWED.error("Guests have no account");
    private static final StanzaError NO_FARTHER = Condition.FORBIDDEN.error("Guests reach their own host alone");

    /** What a guest may set that is gone with the session. */
    private static final Set<String> PASSING = Set.of("urn:xmpp:carbons:2");

    private final Router router;
    private final Set<String> hosts;
    private final BooleanSupplier mayLeave;

    private Guests(Router router, Set<String> hosts, BooleanSupplier mayLeave) {
        this.router = router;
        this.hosts = hosts;
        this.mayLeave = mayLeave;
    }

    /**
     * Begins to watch, for as long as the server runs.
     *
     * @param hosts where there are guests and no accounts
     * @param mayLeave whether guests may speak with other hosts; may change
     */
    public static void watch(Router router, Set<String> hosts, BooleanSupplier mayLeave) {
        if (!hosts.isEmpty()) {
            router.sending().add("guests", 0, new Guests(router, Set.copyOf(hosts), mayLeave)::check);
        }
    }

    private Verdict<StanzaError> check(Stanza stanza) {
        String home = stanza.sender().domain();
        if (!hosts.contains(home)) {
            return Verdict.pass();
        }
        if (stanza.to() != null
                && !router.hostOf(stanza.receiver().domain()).equals(home)
                && !mayLeave.getAsBoolean()) {
            return Verdict.refuse(NO_FARTHER);
        }
        return leavesSomething(stanza) ? Verdict.refuse(NO_ACCOUNT) : Verdict.pass();
    }

    /** Whether it is of a kind that accounts keep: a subscription, or a change to what is stored at a host. */
    private boolean leavesSomething(Stanza stanza) {
        return switch (stanza) {
            case Presence presence -> presence.type().isSubscription();
            case Iq iq -> iq.type() == Iq.Type.SET && isForHost(iq) && !PASSING.contains(namespace(iq));
            default -> false;
        };
    }

    private boolean isForHost(Iq iq) {
        return iq.to() == null || iq.receiver().isBare() && router.isHost(iq.receiver().domain());
    }

    private static String namespace(Iq iq) {
        Element payload = iq.payload();
        return payload == null ? "" : payload.namespace();
    }
}
