package im.gatehouse.modules.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import im.gatehouse.modules.roster.SubscriptionState.Step;
import im.gatehouse.stanza.Presence.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tables of RFC 6121 appendix A, line by line: the state, whether the stanza passes, and the next state. */
class SubscriptionStateTest {
    private static final Map<String, SubscriptionState> STATES = Map.of(
            "None", SubscriptionState.NONE,
            "None+Out", new SubscriptionState(false, false, true, false, false),
            "None+In", new SubscriptionState(false, false, false, true, false),
            "None+Out+In", new SubscriptionState(false, false, true, true, false),
            "To", new SubscriptionState(true, false, false, false, false),
            "To+In", new SubscriptionState(true, false, false, true, false),
            "From", new SubscriptionState(false, true, false, false, false),
            "From+Out", new SubscriptionState(false, true, true, false, false),
            "Both", new SubscriptionState(true, true, false, false, false));

    @TestFactory
    Stream<DynamicTest> outboundSubscribe() {
        return outbound(Type.SUBSCRIBE, """
                None        | passes | None+Out
                None+Out    | passes | same
                None+In     | passes | None+Out+In
                None+Out+In | passes | same
                To          | passes | same
                To+In       | passes | same
                From        | passes | From+Out
                From+Out    | passes | same
                Both        | passes | same
                """);
    }

    @TestFactory
    Stream<DynamicTest> outboundUnsubscribe() {
        return outbound(Type.UNSUBSCRIBE, """
                None        | passes | same
                None+Out    | passes | None
                None+In     | passes | same
                None+Out+In | passes | None+In
                To          | passes | None
                To+In       | passes | None+In
                From        | passes | same
                From+Out    | passes | From
                Both        | passes | From
                """);
    }

    @TestFactory
    Stream<DynamicTest> outboundSubscribedWhereItWasAskedFor() {
        return outbound(Type.SUBSCRIBED, """
                None+In     | passes | From
                None+Out+In | passes | From+Out
                To+In       | passes | Both
                From        | stops  | same
                From+Out    | stops  | same
                Both        | stops  | same
                """);
    }

    @TestFactory
    Stream<DynamicTest> outboundUnsubscribed() {
        return outbound(Type.UNSUBSCRIBED, """
                None        | stops  | same
                None+Out    | stops  | same
                None+In     | passes | None
                None+Out+In | passes | None+Out
                To          | stops  | same
                To+In       | passes | To
                From        | passes | None
                From+Out    | passes | None+Out
                Both        | passes | To
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundSubscribe() {
        return inbound(Type.SUBSCRIBE, """
                None        | passes | None+In
                None+Out    | passes | None+Out+In
                None+In     | stops  | same
                None+Out+In | stops  | same
                To          | passes | To+In
                To+In       | stops  | same
                From        | stops  | same
                From+Out    | stops  | same
                Both        | stops  | same
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundUnsubscribe() {
        return inbound(Type.UNSUBSCRIBE, """
                None        | stops  | same
                None+Out    | stops  | same
                None+In     | passes | None
                None+Out+In | passes | None+Out
                To          | stops  | same
                To+In       | passes | To
                From        | passes | None
                From+Out    | passes | None+Out
                Both        | passes | To
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundSubscribed() {
        return inbound(Type.SUBSCRIBED, """
                None        | stops  | same
                None+Out    | passes | To
                None+In     | stops  | same
                None+Out+In | passes | To+In
                To          | stops  | same
                To+In       | stops  | same
                From        | stops  | same
                From+Out    | passes | Both
                Both        | stops  | same
                """);
    }

    @TestFactory
    Stream<DynamicTest> inboundUnsubscribed() {
        return inbound(Type.UNSUBSCRIBED, """
                None        | stops  | same
                None+Out    | passes | None
                None+In     | stops  | same
                None+Out+In | passes | None+In
                To          | passes | None
                To+In       | passes | None+In
                From        | stops  | same
                From+Out    | passes | From
                Both        | passes | From
                """);
    }

    @Test
    void whoeverSeesTheUserAlreadyIsToldSoAtOnce() {
        Stream.of("From", "From+Out", "Both")
                .forEach(state -> assertEquals(Type.SUBSCRIBED, state(state).inbound(Type.SUBSCRIBE).reply()));
        assertNull(state("To").inbound(Type.SUBSCRIBE).reply());
    }

    @Test
    void anApprovalBeforeTheQuestionIsNotedAndNotSent() {
        Stream.of("None", "None+Out", "To").forEach(name -> {
            Step step = state(name).outbound(Type.SUBSCRIBED);
            assertEquals(new Step(approved(name), false, null), step, name);
        });
    }

    @Test
    void aQuestionThatWasApprovedBeforehandIsAnsweredByTheServer() {
        assertEquals(new Step(state("From"), false, Type.SUBSCRIBED), approved("None").inbound(Type.SUBSCRIBE));
        assertEquals(
                new Step(state("From+Out"), false, Type.SUBSCRIBED), approved("None+Out").inbound(Type.SUBSCRIBE));
        assertEquals(new Step(state("Both"), false, Type.SUBSCRIBED), approved("To").inbound(Type.SUBSCRIBE));
    }

    @Test
    void anApprovalBeforeTheQuestionCanBeTakenBackAndIsNotSent() {
        assertEquals(new Step(state("To"), false, null), approved("To").outbound(Type.UNSUBSCRIBED));
    }

    @Test
    void anApprovalBeforeTheQuestionOutlivesTheOtherSteps() {
        assertEquals(approved("None+Out"), approved("None").outbound(Type.SUBSCRIBE).next());
        assertEquals(approved("None"), approved("To").outbound(Type.UNSUBSCRIBE).next());
        assertEquals(approved("To"), approved("None+Out").inbound(Type.SUBSCRIBED).next());
        assertEquals(approved("None"), approved("To").inbound(Type.UNSUBSCRIBED).next());
        assertEquals(approved("None"), approved("None").inbound(Type.UNSUBSCRIBE).next());
    }

    @Test
    void otherPresenceIsNoStep() {
        assertThrows(IllegalArgumentException.class, () -> SubscriptionState.NONE.outbound(Type.AVAILABLE));
        assertThrows(IllegalArgumentException.class, () -> SubscriptionState.NONE.inbound(Type.PROBE));
    }

    private static Stream<DynamicTest> outbound(Type type, String table) {
        return rows(table).map(row -> DynamicTest.dynamicTest(
                row[0], () -> check(row, state(row[0]).outbound(type))));
    }

    private static Stream<DynamicTest> inbound(Type type, String table) {
        return rows(table).map(row -> DynamicTest.dynamicTest(
                row[0], () -> check(row, state(row[0]).inbound(type))));
    }

    private static void check(String[] row, Step step) {
        String next = row[2].equals("same") ? row[0] : row[2];
        assertEquals(next + ", " + row[1], name(step.next()) + ", " + (step.passes() ? "passes" : "stops"));
    }

    private static Stream<String[]> rows(String table) {
        return table.lines().map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new));
    }

    private static SubscriptionState state(String name) {
        return STATES.get(name);
    }

    private static SubscriptionState approved(String name) {
        SubscriptionState state = state(name);
        return new SubscriptionState(state.to(), state.from(), state.pendingOut(), state.pendingIn(), true);
    }

    private static String name(SubscriptionState state) {
        return STATES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(state))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining());
    }
}
