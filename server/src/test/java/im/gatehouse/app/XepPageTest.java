package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The lists of supported extensions in {@code docs} say what the code declares. To write them anew, run this class with
 * {@code -Dgatehouse.docs=write}.
 */
class XepPageTest {
    private static final Path DOCS = Path.of("../docs").toAbsolutePath().normalize();

    private final XepPage page = new XepPage();

    @Test
    void thePageForPeopleSaysWhatIsDeclared() throws IOException {
        assertIsWritten(DOCS.resolve("xeps.md"), page.markdown());
    }

    @Test
    void theDoapFileSaysWhatIsDeclared() throws IOException {
        assertIsWritten(DOCS.resolve("gatehouse.doap"), page.doap());
    }

    @Test
    void everyModuleThatImplementsAnExtensionHasAPage() {
        page.lines().stream()
                .flatMap(line -> line.modules().stream())
                .filter(module -> !module.isEmpty())
                .forEach(module -> assertTrue(Files.exists(DOCS.resolve("modules/" + module + ".md")), module));
    }

    private static void assertIsWritten(Path file, String text) throws IOException {
        if ("write".equals(System.getProperty("gatehouse.docs"))) {
            Files.writeString(file, text);
        }
        assertEquals(text, Files.readString(file), "run XepPageTest with -Dgatehouse.docs=write");
    }
}
