package im.gatehouse.modules.visitors;

import com.maxmind.db.InvalidDatabaseException;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One state of a MaxMind DB file of cities, read whole into memory. That costs as much memory as the file is long, but
 * a mapped file that somebody truncates while it is looked at fails in the middle of a login, or takes the server down.
 *
 * <p>Safe from any thread; a lookup touches no disk.
 */
final class GeoFile {
    private static final Logger log = LoggerFactory.getLogger(GeoFile.class);

    /** By what a file is known to have changed; rights are in it since they do not count as a modification. */
    record Signature(FileTime modified, long size, @Nullable Object inode, boolean readable) {}

    private final Reader reader;
    private final boolean knowsIpv6;
    private final AtomicBoolean failureTold = new AtomicBoolean();

    private GeoFile(Reader reader) {
        this.reader = reader;
        this.knowsIpv6 = reader.getMetadata().ipVersion() == 6;
    }

    /** What the file looks like from outside. */
    static Signature signature(Path file) throws GeoFileException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Signature(
                    attributes.lastModifiedTime(), attributes.size(), attributes.fileKey(), Files.isReadable(file));
        } catch (IOException e) {
            throw new GeoFileException(file, reason(e), e);
        }
    }

    /** Reads a file and looks something up in it, so that a broken one is found out now. */
    static GeoFile read(Path file) throws GeoFileException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new GeoFileException(file, Files.exists(file) ? "it is no file" : "there is no such file");
            }
            long most = Runtime.getRuntime().maxMemory() / 2; // a new file and the old one are held together for a while
            if (Files.size(file) > most) {
                throw new GeoFileException(
                        file, "it is of %d MB, more than half of Java's memory".formatted(Files.size(file) >> 20));
            }
            GeoFile read = new GeoFile(new Reader(file.toFile(), Reader.FileMode.MEMORY));
            String type = read.reader.getMetadata().databaseType();
            if (!type.contains("City")) {
                throw new GeoFileException(file, "it is of the type '" + type + "', but one of cities is needed");
            }
            read.find(InetAddress.ofLiteral("192.0.2.1"));
            return read;
        } catch (GeoFileException e) {
            throw e;
        } catch (IOException e) {
            throw new GeoFileException(file, reason(e), e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // The library throws all kinds of them on bytes that are no database.
            throw new GeoFileException(file, "it is broken", e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "the server may not read it";
            case InvalidDatabaseException _ -> "it is no MaxMind DB file or a broken one (" + e.getMessage() + ")";
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Looks an address up. A broken entry counts as unknown and is logged once per file, without the address. */
    Place lookup(InetAddress address) {
        try {
            return find(address);
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // Whatever is wrong with the file, such as data that contain themselves, a login must not suffer.
            if (failureTold.compareAndSet(false, true)) {
                // No message and no trace: the library may put the address into either.
                log.warn("A lookup in the file of places failed ({}); it counts as unknown", e.getClass().getName());
            }
            return Place.UNKNOWN;
        }
    }

    private Place find(InetAddress given) throws IOException {
        InetAddress address = unmapped(given);
        if (isPrivate(address) || address instanceof Inet6Address && !knowsIpv6) {
            return Place.UNKNOWN;
        }
        Map<?, ?> entry = reader.get(address, Map.class);
        if (entry == null) {
            return Place.UNKNOWN;
        }
        Object subdivision = entry.get("subdivisions") instanceof List<?> all && !all.isEmpty() ? all.getFirst() : null;
        return new Place(
                part(entry.get("country"), "iso_code"),
                part(subdivision, "iso_code"),
                part(entry.get("city"), "geoname_id"));
    }

    private static String part(@Nullable Object area, String key) {
        Object value = area instanceof Map<?, ?> map ? map.get(key) : null;
        String text = value instanceof String || value instanceof Number ? value.toString() : "";
        return text.isEmpty() ? Place.UNKNOWN_PART : text;
    }

    /** Takes an IPv4 address out of the IPv6 one that it may be wrapped in (RFC 4291 §2.5.5.2). */
    private static InetAddress unmapped(InetAddress address) throws IOException {
        byte[] bytes = address.getAddress();
        // The JDK unwraps by itself what is made from sixteen bytes alone, but not what has a scope.
        return address instanceof Inet6Address ? InetAddress.getByAddress(bytes) : address;
    }

    private static boolean isPrivate(InetAddress address) {
        boolean uniqueLocal = !(address instanceof Inet4Address) && (address.getAddress()[0] & 0xfe) == 0xfc;
        return uniqueLocal
                || address.isSiteLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
    }
}
