package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeoReaderTest {
    private static final Place BOXFORD = new Place("GB", "ENG", "2655045");
    private static final Place BHUTAN = new Place("BT", "?", "?");

    private final MovableTime time = new MovableTime();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        file = folder.resolve("places.mmdb");
        first().writeTo(file);
    }

    private static MmdbWriter first() {
        return MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .place("2001:218::/32", "JP", "13", 1850147)
                .place("198.51.100.0/24", "", "", 0)
                .place("10.0.0.0/8", "XX", "YY", 7);
    }

    private GeoReader open() throws GeoFileException {
        return GeoReader.open(file, time, Runnable::run);
    }

    private static Place find(GeoReader reader, String address) {
        return reader.lookup(InetAddress.ofLiteral(address));
    }

    @Test
    void anAddressIsPlacedAsFinelyAsTheFileKnows() throws IOException {
        try (GeoReader reader = open()) {
            assertEquals(BOXFORD, find(reader, "2.125.160.217"));
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            assertEquals(Place.UNKNOWN, find(reader, "198.51.100.1"));
            assertEquals(new Place("JP", "13", "1850147"), find(reader, "2001:218::1"));
        }
    }

    @Test
    void anIpv4AddressInAnIpv6OneIsLookedUpAsIpv4() throws IOException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(InetAddress.ofLiteral("67.43.156.1").getAddress(), 0, mapped, 12, 4);
        try (GeoReader reader = open()) {
            assertEquals(BHUTAN, find(reader, "::ffff:67.43.156.1"));
            assertEquals(BHUTAN, reader.lookup(InetAddress.getByAddress(mapped)));
            assertEquals(BHUTAN, reader.lookup(Inet6Address.getByAddress(null, mapped, 1)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "127.0.0.1", "169.254.1.1", "0.0.0.0", "224.0.0.1", "::", "::1",
        "fe80::1", "fc00::1", "fd12::1", "ff02::1", "9.9.9.9", "2001:db8::1", "::ffff:10.0.0.1"
    })
    void privateAndUnlistedAddressesAreNowhere(String address) throws IOException {
        try (GeoReader reader = open()) {
            assertEquals(Place.UNKNOWN, find(reader, address));
        }
    }

    @Test
    void anAbsentAddressIsNowhere() throws IOException {
        try (GeoReader reader = open()) {
            assertEquals(Place.UNKNOWN, reader.lookup(null));
        }
    }

    @Test
    void aFileForIpv4AloneKnowsNoIpv6() throws IOException {
        new MmdbWriter("GeoLite2-City", 4).place("67.43.156.0/24", "BT", "", 0).writeTo(file);
        try (GeoReader reader = open()) {
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            assertEquals(Place.UNKNOWN, find(reader, "2001:218::1"));
        }
    }

    @Test
    void anEntryOfTheWrongShapeIsUnknownPartByPart() throws IOException {
        MmdbWriter.cities()
                .entry("192.0.3.0/24", Map.of("country", "GB", "subdivisions", List.of(), "city", List.of(1)))
                .entry("192.0.4.0/24", Map.of("country", Map.of("iso_code", ""), "subdivisions", Map.of("a", "b")))
                .entry("192.0.5.0/24", "no map at all")
                .point("192.0.6.0/24", 1_000_000)
                .writeTo(file);
        try (GeoReader reader = open()) {
            for (String address : List.of("192.0.3.1", "192.0.4.1", "192.0.5.1", "192.0.6.1")) {
                assertEquals(Place.UNKNOWN, find(reader, address), address);
            }
        }
    }

    @Test
    void anEntryThatContainsItselfIsUnknown() throws IOException {
        new MmdbWriter("GeoLite2-City", 4)
                .entry("192.0.3.0/24", Map.of("country", new MmdbWriter.Pointer(0)))
                .writeTo(file);
        try (GeoReader reader = open()) {
            assertEquals(Place.UNKNOWN, find(reader, "192.0.3.1"));
        }
        new MmdbWriter("GeoLite2-City", 4)
                .entry("192.0.2.0/24", Map.of("country", new MmdbWriter.Pointer(0)))
                .writeTo(file);
        GeoFileException error = assertThrows(GeoFileException.class, this::open);
        assertTrue(String.valueOf(error.getMessage()).startsWith(file + ": it is "), error.getMessage());
    }

    @Test
    void aFileThatMemoryCannotHoldIsReportedAndTheOldOneStays() throws IOException {
        try (GeoReader reader = open()) {
            try (RandomAccessFile endless = new RandomAccessFile(file.toFile(), "rw")) {
                endless.setLength(Runtime.getRuntime().maxMemory());
            }
            time.forward(Duration.ofSeconds(5));
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            assertTrue(reader.problem().orElseThrow().endsWith("more than half of Java's memory"));
        }
    }

    @Test
    void aMissingFileIsRefusedWithItsPath() throws IOException {
        Files.delete(file);
        GeoFileException error = assertThrows(GeoFileException.class, this::open);
        assertEquals(file + ": there is no such file", error.getMessage());
    }

    @Test
    void aFolderIsRefused() throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
        GeoFileException error = assertThrows(GeoFileException.class, this::open);
        assertEquals(file + ": it is no file", error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 400, -1, -10, -100})
    void aTruncatedFileIsRefused(int length) throws IOException {
        byte[] bytes = first().bytes();
        Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
        GeoFileException error = assertThrows(GeoFileException.class, this::open);
        assertTrue(String.valueOf(error.getMessage()).startsWith(file + ": it is "), error.getMessage());
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws IOException {
        new MmdbWriter("GeoLite2-ASN", 6).place("67.43.156.0/24", "BT", "", 0).writeTo(file);
        GeoFileException error = assertThrows(GeoFileException.class, this::open);
        assertEquals(
                file + ": it is of the type 'GeoLite2-ASN', but one of cities is needed", error.getMessage());
    }

    private void replace(byte[] bytes) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.write(fresh, bytes);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aChangedFileIsReadAgain() throws IOException {
        try (GeoReader reader = open()) {
            replace(MmdbWriter.cities().place("67.43.156.0/24", "GB", "ENG", 2655045).bytes());
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            time.forward(Duration.ofSeconds(5));
            assertEquals(BOXFORD, find(reader, "67.43.156.1"));
            assertEquals(Optional.empty(), reader.problem());
        }
    }

    @Test
    void whileItIsReplacedAgainAndAgainEveryLookupIsOfOneStateOrAnother() throws Exception {
        AtomicBoolean go = new AtomicBoolean(true);
        Set<Place> seen = ConcurrentHashMap.newKeySet();
        AtomicLong lookups = new AtomicLong();
        try (GeoReader reader = open()) {
            Thread logins = Thread.startVirtualThread(() -> {
                while (go.get()) {
                    seen.add(find(reader, "67.43.156.1"));
                    lookups.incrementAndGet();
                    Thread.yield();
                }
            });
            for (int round = 0; round < 100 || lookups.get() < 10_000 || seen.size() < 2; round++) {
                String country = round % 2 == 0 ? "GB" : "FR";
                replace(round % 3 == 0
                        ? new byte[round]
                        : MmdbWriter.cities().place("67.43.156.0/24", country, "", round + 1).bytes());
                time.forward(Duration.ofSeconds(5));
                if (round % 3 != 0) {
                    assertEquals(new Place(country, "?", "" + (round + 1)), find(reader, "67.43.156.1"));
                }
            }
            go.set(false);
            logins.join();
        }
        assertTrue(seen.size() > 1);
        assertTrue(seen.stream().noneMatch(Place.UNKNOWN::equals));
    }

    @Test
    void aFileThatIsWrittenInPlaceIsReadAgainToo() throws IOException {
        try (GeoReader reader = open()) {
            MmdbWriter.cities().place("67.43.156.0/24", "GB", "ENG", 2655045).writeTo(file);
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
            time.forward(Duration.ofSeconds(5));
            assertEquals(BOXFORD, find(reader, "67.43.156.1"));
        }
    }

    @Test
    void aBrokenNewFileIsReportedAndTheOldOneStays() throws IOException {
        try (GeoReader reader = open()) {
            replace(new byte[] {1, 2, 3});
            time.forward(Duration.ofSeconds(20));
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            assertTrue(reader.problem().orElseThrow().startsWith(file + ": it is "));
            replace(first().bytes());
            time.forward(Duration.ofSeconds(5));
            assertEquals(Optional.empty(), reader.problem());
        }
    }

    @Test
    void aFileThatGoesAwayIsReportedAndStaysInUse() throws IOException {
        try (GeoReader reader = open()) {
            Files.move(file, folder.resolve("aside"));
            time.forward(Duration.ofSeconds(5));
            assertEquals(BHUTAN, find(reader, "67.43.156.1"));
            assertEquals(Optional.of(file + ": there is no such file"), reader.problem());
            Files.move(folder.resolve("aside"), file);
            time.forward(Duration.ofSeconds(5));
            assertEquals(Optional.empty(), reader.problem());
        }
    }

    @Test
    void afterTheEndTheFileIsNoLongerLookedAfter() throws IOException {
        GeoReader reader = open();
        reader.close();
        Files.delete(file);
        time.forward(Duration.ofSeconds(10));
        assertEquals(Optional.empty(), reader.problem());
        assertEquals(BHUTAN, find(reader, "67.43.156.1"));
    }
}
