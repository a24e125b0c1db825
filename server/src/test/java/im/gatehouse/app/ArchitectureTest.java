package im.gatehouse.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house stays as it was drawn: who may import whom, and what may stand nowhere. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("im.gatehouse");

    /** From the lowest to the highest; a floor may use those before it and itself. */
    private static final List<List<String>> FLOORS = List.of(
            List.of("xml"),
            List.of("jid"),
            List.of("stanza", "form"),
            List.of("hook", "time"),
            List.of("config", "metrics"),
            List.of("storage"),
            List.of("account"),
            List.of("cluster"),
            List.of("session"),
            List.of("router"),
            List.of("stream"),
            List.of("transport"),
            List.of("http"),
            List.of("module"),
            List.of("modules"),
            List.of("admin"),
            List.of("app"));

    @TestFactory
    Stream<DynamicTest> aFloorUsesOnlyTheFloorsBelowIt() {
        return Stream.iterate(0, i -> i < FLOORS.size() - 1, i -> i + 1)
                .map(i -> DynamicTest.dynamicTest(String.join(", ", FLOORS.get(i)), () -> noClasses()
                        .that()
                        .resideInAnyPackage(packages(FLOORS.subList(i, i + 1)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(packages(FLOORS.subList(i + 1, FLOORS.size())))
                        .check(CLASSES)));
    }

    @Test
    void everyPackageStandsOnAFloor() {
        classes()
                .should()
                .resideInAnyPackage(packages(FLOORS))
                .orShould()
                .resideInAPackage("im.gatehouse")
                .check(CLASSES);
    }

    @Test
    void sqlIsWrittenOnlyInStorageAndInStores() {
        noClasses()
                .that()
                .resideOutsideOfPackages("im.gatehouse.storage..")
                .and(not("named *Store", c -> topLevelName(c).endsWith("Store")))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "jOOQ beyond the context that is handed on",
                        c -> c.getPackageName().equals("org.jooq") && !c.getSimpleName().equals("DSLContext")))
                .check(CLASSES);
    }

    @Test
    void socketsAreOpenedOnlyWhereTheyBelong() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "im.gatehouse.transport..", "im.gatehouse.http..", "im.gatehouse.admin..",
                        "im.gatehouse.metrics..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.bootstrap..")
                .check(CLASSES);
    }

    @Test
    void thereIsNoStaticStateThatChanges() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .check(CLASSES);
    }

    @Test
    void modulesDoNotKnowEachOtherInCircles() {
        slices().matching("im.gatehouse.modules.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith("org.jspecify.annotations.NullMarked")
                .check(CLASSES);
    }

    private static String[] packages(List<List<String>> floors) {
        return floors.stream()
                .flatMap(List::stream)
                .map(name -> "im.gatehouse." + name + "..")
                .toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> not(String description, java.util.function.Predicate<JavaClass> what) {
        return DescribedPredicate.not(DescribedPredicate.describe(description, what));
    }

    private static String topLevelName(JavaClass c) {
        JavaClass outer = c;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName();
    }
}
