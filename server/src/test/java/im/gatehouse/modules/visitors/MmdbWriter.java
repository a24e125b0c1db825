package im.gatehouse.modules.visitors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes small MaxMind DB files, so that no test needs a download. The format is version 2.0 of MaxMind's published
 * description: a binary search tree with records of 24 bits, 16 zero bytes, the data, a marker and the metadata.
 * Networks must not overlap.
 */
public final class MmdbWriter {
    private static final byte[] MARKER = {
        (byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
    };
    private static final int EMPTY = -1;

    /** A side is the number of another node, {@link #EMPTY}, or -2 and less for the data at {@code -2 - side}. */
    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final String type;
    private final int ipVersion;

    MmdbWriter(String type, int ipVersion) {
        this.type = type;
        this.ipVersion = ipVersion;
    }

    /** A file of cities for both families. */
    public static MmdbWriter cities() {
        return new MmdbWriter("Test-City", 6);
    }

    /** Adds a network such as {@code 81.2.69.0/24}; an empty part is left out of the entry. */
    public MmdbWriter place(String network, String country, String subdivision, int city) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("continent", Map.of("code", "XX"));
        if (!country.isEmpty()) {
            entry.put("country", Map.of("iso_code", country, "geoname_id", 1));
        }
        if (!subdivision.isEmpty()) {
            entry.put("subdivisions", List.of(Map.of("iso_code", subdivision), Map.of("iso_code", "second")));
        }
        if (city != 0) {
            entry.put("city", Map.of("geoname_id", city, "names", Map.of("en", "Somewhere with quite a long name")));
        }
        return entry(network, entry);
    }

    /** Adds a network with whatever entry: of maps, lists, texts and numbers that are not negative. */
    MmdbWriter entry(String network, Object entry) {
        int offset = data.size();
        write(entry, data);
        return point(network, offset);
    }

    /** Adds a network whose entry stands at an offset of the data, be there one or not. */
    MmdbWriter point(String network, int offset) {
        String[] parts = network.split("/");
        byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
        int skipped = ipVersion == 6 && address.length == 4 ? 96 : 0;
        int length = skipped + Integer.parseInt(parts[1]);
        int node = 0;
        for (int bit = 0; bit < length - 1; bit++) {
            node = child(node, side(address, bit - skipped));
        }
        nodes.get(node)[side(address, length - 1 - skipped)] = -2 - offset;
        return this;
    }

    private static int side(byte[] address, int bit) {
        return bit < 0 ? 0 : address[bit / 8] >> 7 - bit % 8 & 1;
    }

    private int child(int node, int side) {
        int[] sides = nodes.get(node);
        if (sides[side] == EMPTY) {
            sides[side] = nodes.size();
            nodes.add(new int[] {EMPTY, EMPTY});
        }
        return sides[side];
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] sides : nodes) {
            writeRecord(sides[0], out);
            writeRecord(sides[1], out);
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(MARKER);
        write(metadata(), out);
        return out.toByteArray();
    }

    public void writeTo(Path file) throws IOException {
        Files.write(file, bytes());
    }

    private void writeRecord(int side, ByteArrayOutputStream out) {
        int value = side >= 0 ? side : side == EMPTY ? nodes.size() : nodes.size() + 16 + (-2 - side);
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("binary_format_major_version", (short) 2);
        metadata.put("binary_format_minor_version", (short) 0);
        metadata.put("build_epoch", 1_790_000_000L);
        metadata.put("database_type", type);
        metadata.put("description", Map.of("en", "Made by a test"));
        metadata.put("ip_version", (short) ipVersion);
        metadata.put("languages", List.of("en"));
        metadata.put("node_count", nodes.size());
        metadata.put("record_size", (short) 24);
        return metadata;
    }

    /** Data that stand elsewhere: at an offset below 2,048. */
    record Pointer(int offset) {}

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case Pointer(int offset) -> {
                out.write(1 << 5 | offset >> 8);
                out.write(offset);
            }
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                writeControl(2, bytes.length, out);
                out.writeBytes(bytes);
            }
            case Short number -> writeNumber(5, number, 2, out);
            case Integer number -> writeNumber(6, number, 4, out);
            case Long number -> writeNumber(9, number, 8, out);
            case Map<?, ?> map -> {
                writeControl(7, map.size(), out);
                new TreeMap<>(map).forEach((key, entry) -> { // always the same order, so always the same file
                    write(key, out);
                    write(entry, out);
                });
            }
            case List<?> list -> {
                writeControl(11, list.size(), out);
                list.forEach(entry -> write(entry, out));
            }
            default -> throw new IllegalArgumentException("The format has no " + value.getClass());
        }
    }

    private static void writeNumber(int kind, long number, int bytes, ByteArrayOutputStream out) {
        writeControl(kind, bytes, out);
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (number >> 8 * i));
        }
    }

    /** A control byte and what may follow it; sizes up to 284 are enough here. */
    private static void writeControl(int kind, int size, ByteArrayOutputStream out) {
        int inByte = Math.min(size, 29);
        out.write((kind <= 7 ? kind << 5 : 0) | inByte);
        if (kind > 7) {
            out.write(kind - 7);
        }
        if (inByte == 29) {
            out.write(size - 29);
        }
    }
}
