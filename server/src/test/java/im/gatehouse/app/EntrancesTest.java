package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.Connection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every place from which a session can begin or come back, each with the test that shows that a blocked user gets no
 * further there. Whoever adds one has to write it here, with its test.
 */
class EntrancesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("im.gatehouse");

    @Test
    void nobodyButTheKnownAsksToComeIn() {
        assertKnown(
                Map.of("SaslAttempts", EveryEntranceTest.class, "Suspension", StreamManagementTest.class),
                callers(Sessions.class, "admit"));
        assertKnown(
                Map.of("SaslFeature", EveryEntranceTest.class, "Sasl2Feature", EveryEntranceTest.class),
                callers(ClientStream.class, "signedIn"));
    }

    @Test
    void onlyTheOneGateGivesOutAdmissions() {
        assertEquals(Set.of("Sessions"), callers(Admission.class, "<init>"));
        assertEquals(Set.of("Server", "Sessions"), callers(Sessions.class, "<init>"));
    }

    @Test
    void nobodyButTheKnownBeginsASession() {
        assertKnown(
                Map.of("ClientStream", EveryEntranceTest.class, "Suspension", StreamManagementTest.class),
                callers(Session.class, "<init>"));
        assertKnown(
                Map.of("ClientStream", EveryEntranceTest.class, "Suspension", StreamManagementTest.class),
                callers(Sessions.class, "register"));
        assertKnown(
                Map.of(
                        "BindFeature",
                        EveryEntranceTest.class,
                        "Bind2",
                        EveryEntranceTest.class,
                        "SessionFeature",
                        SessionRequestTest.class,
                        "ClientStream", // from one form of the method to the other
                        EveryEntranceTest.class),
                callers(ClientStream.class, "begin"));
    }

    @Test
    void nobodyComesBackToASessionByAnUnknownWay() {
        assertKnown(Map.of("StreamManagement", StreamManagementTest.class), callers(Sessions.class, "resume"));
    }

    @Test
    void thereIsNoUnknownTransport() {
        assertKnown(
                Map.of(
                        "StreamChannel", EveryEntranceTest.class,
                        "TcpConnection", EveryEntranceTest.class,
                        "WebSocketConnection", EveryEntranceTest.class),
                implementations(Connection.class));
        assertKnown(Map.of("SessionLine", EveryEntranceTest.class), implementations(Outlet.class));
        assertKnown(Map.of("Server", EveryEntranceTest.class), callers(ClientStream.class, "<init>"));
    }

    /**
     * @param known the entrances, each with the test that knocks at it
     */
    private static void assertKnown(Map<String, Class<?>> known, Set<String> found) {
        assertEquals(known.keySet(), found, "an entrance is written here together with its test");
    }

    /** The outermost classes that call the methods of that name, or name them. */
    private static Set<String> callers(Class<?> type, String method) {
        JavaClass owner = CLASSES.get(type);
        Set<? extends JavaCodeUnit> units = owner.getCodeUnits().stream()
                .filter(unit -> unit.getName().equals(method))
                .collect(Collectors.toSet());
        assertFalse(units.isEmpty(), () -> type + " has no " + method + " any more");
        return CLASSES.stream()
                .flatMap(c -> Stream.concat(
                        c.getCodeUnitCallsFromSelf().stream(), c.getCodeUnitReferencesFromSelf().stream()))
                .filter(access -> access.getTargetOwner().equals(owner) && access.getName().equals(method))
                .map(JavaAccess::getOriginOwner)
                .map(EntrancesTest::outermost)
                .collect(Collectors.toSet());
    }

    private static Set<String> implementations(Class<?> type) {
        return CLASSES.stream()
                .filter(c -> !c.isInterface() && c.isAssignableTo(type))
                .map(EntrancesTest::outermost)
                .collect(Collectors.toSet());
    }

    private static String outermost(JavaClass c) {
        JavaClass outer = c;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName();
    }
}
