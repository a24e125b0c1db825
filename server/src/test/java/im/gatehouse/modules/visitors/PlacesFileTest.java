package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The small file of places for checks that run outside of the tests is what {@link MmdbWriter} makes. */
class PlacesFileTest {
    private static final String NAME = "places.mmdb";

    private static MmdbWriter places() {
        return MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .place("2001:218::/32", "JP", "13", 1850147);
    }

    /** Writes the file anew, into the folder that is given. */
    public static void main(String[] folder) throws IOException {
        places().writeTo(Path.of(folder[0], NAME));
    }

    @Test
    void theStoredFileIsWhatTheWriterMakes() throws IOException {
        try (InputStream stored = PlacesFileTest.class.getResourceAsStream(NAME)) {
            assertNotNull(stored);
            assertArrayEquals(places().bytes(), stored.readAllBytes());
        }
    }
}
