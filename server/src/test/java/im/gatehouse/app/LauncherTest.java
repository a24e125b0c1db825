package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code gatehouse}, on a copy of the tree with a Maven and a JDK that only tell how they were called. */
@Timeout(60)
class LauncherTest {
    private static final String MAVEN = """
            #!/bin/bash
            echo "$*" >> "%1$s/maven.calls"
            [ ! -f "%1$s/broken" ] || { echo "[ERROR] a class is missing"; exit 1; }
            echo "[INFO] --- compiler:1:compile (default-compile) @ gatehouse-server ---"
            [ ! -e "%1$s/gate" ] || read -r < "%1$s/gate"
            mkdir -p "%1$s/tree/server/target/lib"
            touch "%1$s/tree/server/target/gatehouse-server-1.jar" "%1$s/tree/server/target/lib/netty.jar"
            """;
    private static final String JAVA = """
            #!/bin/bash
            case "$*" in
              *AOTCacheOutput=*) ;;
              *) echo "java in $PWD:" "$@" ;;
            esac
            exit 3
            """;

    private Path root;
    private Path tree;
    private Path tools;

    private record Run(int status, String out, String err) {}

    @BeforeEach
    void prepare(@TempDir Path folder) throws IOException {
        root = folder.toRealPath();
        tree = Files.createDirectories(root.resolve("tree"));
        tools = Files.createDirectories(root.resolve("tools"));
        Files.createDirectories(tree.resolve("server/src/main/java"));
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        Files.writeString(tree.resolve("server/pom.xml"), "<project/>");
        Files.writeString(tree.resolve("server/src/main/java/A.java"), "class A {}");
        Files.copy(Path.of("..", "gatehouse"), tree.resolve("gatehouse"));
        executable(tools.resolve("mvn"), MAVEN.formatted(root));
        executable(root.resolve("jdk/bin/java"), JAVA);
        executable(root.resolve("jdk/bin/javac"), JAVA);
        Files.writeString(root.resolve("jdk/release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"25.0.3\"\n");
    }

    @Test
    void theFirstCallBuildsAndTheNextDoesNot() throws Exception {
        Run first = run("account", "listUsers");
        assertTrue(first.err().contains("Building"), first.err());
        assertTrue(first.err().contains("compiling"), first.err());
        Run second = run("account", "listUsers");
        assertEquals("", second.err());
        assertEquals(1, builds());
    }

    @Test
    void standardOutputAndStatusAreTheCommandsOwn() throws Exception {
        Run run = run("account", "registerUser", "--password", "two words", "");
        assertTrue(run.out().startsWith("java in " + root + ": "), run.out());
        String command = " im.gatehouse.app.Main account registerUser --password two words \n";
        assertTrue(run.out().endsWith(command), run.out());
        assertEquals(1, run.out().lines().count(), run.out());
        assertEquals(3, run.status());
    }

    @Test
    void itIsFoundThroughLinksAndStaysInTheCallersFolder() throws Exception {
        Files.createSymbolicLink(root.resolve("one"), Path.of("tree/gatehouse"));
        Path link = Files.createSymbolicLink(tools.resolve("gatehouse"), root.resolve("one"));
        Path elsewhere = Files.createDirectories(root.resolve("else where"));
        Run run = finish(start(elsewhere, Map.of(), link.toString(), "server", "status"));
        assertTrue(run.out().startsWith("java in " + elsewhere + ": "), run.out());
        assertTrue(run.out().contains(tree + "/server/target/gatehouse-server-1.jar:"), run.out());
    }

    @Test
    void changedContentBuildsAgainAndATouchedFileDoesNot() throws Exception {
        run("help");
        Path source = tree.resolve("server/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 100_000));
        run("help");
        assertEquals(1, builds());
        Files.writeString(source, "class A { }");
        Files.setLastModifiedTime(source, FileTime.fromMillis(0));
        run("help");
        assertEquals(2, builds());
    }

    @Test
    void aFileThatComesOrGoesBuildsAgain() throws Exception {
        run("help");
        Path other = Files.writeString(tree.resolve("server/src/main/java/B.java"), "class B {}");
        run("help");
        assertEquals(2, builds());
        Files.delete(other);
        run("help");
        assertEquals(3, builds());
    }

    @Test
    void aBuildThatFailsSaysWhyAndIsTriedAgain() throws Exception {
        Path broken = Files.createFile(root.resolve("broken"));
        Run run = run("start");
        assertEquals(1, run.status());
        assertEquals("", run.out());
        assertTrue(run.err().contains("[ERROR] a class is missing"), run.err());
        Files.delete(broken);
        assertTrue(run("start").out().contains("Main start"));
        assertEquals(2, builds());
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Path gate = root.resolve("gate");
        new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
        Process first = start(root, Map.of(), tree.resolve("gatehouse").toString(), "first");
        // The gate opens for writing when Maven reads from it, that is, when the first one builds.
        try (var open = Files.newBufferedWriter(gate)) {
            Process second = start(root, Map.of(), tree.resolve("gatehouse").toString(), "second");
            assertTrue(second.errorReader().readLine().startsWith("Waiting for another build"));
            open.write("go\n");
            open.flush();
            assertTrue(finish(first).out().contains("Main first"));
            assertTrue(finish(second).out().contains("Main second"));
        }
        assertEquals(1, builds());
    }

    @Test
    void theServerAndTheCommandsGetTheirOwnFlagsAndTheOperatorsLast() throws Exception {
        Map<String, String> options = Map.of("GATEHOUSE_JAVA_OPTS", "-Xmx1g -Dx=y");
        String server = finish(start(root, options, tree.resolve("gatehouse").toString(), "start")).out();
        assertTrue(server.contains("-XX:+UseG1GC "), server);
        assertTrue(server.contains(" -Xmx1g -Dx=y -cp "), server);
        String command = run("account", "start").out();
        assertTrue(command.contains("-XX:+UseSerialGC "), command);
        assertFalse(command.contains("UseG1GC"), command);
    }

    @Test
    void testsGoToMavenWithTheirArguments() throws Exception {
        Run run = run("test", "-Dtest=LauncherTest", "-o");
        assertEquals(0, run.status(), run.err());
        assertTrue(Files.readString(root.resolve("maven.calls")).endsWith(" test -Dtest=LauncherTest -o\n"));
    }

    @Test
    void anOlderJdkIsPassedOver() throws Exception {
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
        executable(root.resolve(".jdks/new/bin/java"), JAVA.replace("java in", "the newer java in"));
        executable(root.resolve(".jdks/new/bin/javac"), JAVA);
        Files.writeString(root.resolve(".jdks/new/release"), "JAVA_VERSION=\"26\"\n");
        // The machine's own may come first; only that the old one is not taken can be told everywhere.
        assertFalse(run("--version").out().startsWith("java in"));
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Files.delete(tools.resolve("mvn"));
        for (String tool : List.of("bash", "dirname", "basename", "readlink", "find", "cksum", "sort", "env")) {
            Files.createSymbolicLink(tools.resolve(tool), tool(tool));
        }
        Run run = finish(start(root, Map.of("PATH", tools.toString()), tree.resolve("gatehouse").toString(), "start"));
        assertEquals(1, run.status());
        assertTrue(run.err().contains("there is no mvn on the PATH"), run.err());
        assertTrue(run.err().contains("apt install maven"), run.err());
        assertEquals("", run.out());
    }

    private long builds() throws IOException {
        return Files.readAllLines(root.resolve("maven.calls")).stream()
                .filter(call -> call.endsWith(" package"))
                .count();
    }

    private Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(tree.resolve("gatehouse").toString()));
        command.addAll(List.of(arguments));
        return finish(start(root, Map.of(), command.toArray(String[]::new)));
    }

    private Process start(Path folder, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().remove("GATEHOUSE_LOCKED");
        builder.environment().remove("GATEHOUSE_JAVA_OPTS");
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().put("HOME", root.toString());
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Run finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = process.errorReader().lines().reduce("", (text, line) -> text + line + "\n");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher does not end");
        return new Run(process.exitValue(), out, err);
    }

    private static Path tool(String name) {
        return List.of("/bin", "/usr/bin").stream().map(folder -> Path.of(folder, name)).filter(Files::exists)
                .findFirst().orElseThrow();
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
