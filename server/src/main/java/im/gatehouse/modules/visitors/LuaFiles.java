package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files in which the reference server stores a domain: {@code monthly-visitors.dat} with the figures of all months,
 * and beside it a folder {@code monthly-visitors} with a small file for each user.
 *
 * @param folder the domain's folder
 */
record LuaFiles(Path folder) {
    static final String NAME = "monthly-visitors";

    private static final String SUFFIX = ".dat";
    private static final String LAST_RECORDED = "last-recorded";
    private static final long LONGEST_MONTHS = 256L << 20;
    private static final long LONGEST_USER = 64 << 10;
    private static final int LONGEST_CELL_BYTES = 255;
    private static final int LONGEST_NAME = 255;
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-(0[1-9]|1[0-2])");
    private static final Pattern GEO = Pattern.compile("geo-([A-Za-z0-9]+|\\?)-([A-Za-z0-9]+|\\?)-([0-9]+|\\?)");
    private static final Pattern CLIENT = Pattern.compile("client-.+", Pattern.DOTALL);

    /** What the figures' file holds, by month. */
    SortedMap<String, List<Figure>> readMonths() throws IOException, LuaFileException {
        Path file = months();
        SortedMap<String, List<Figure>> months = new TreeMap<>();
        for (Map.Entry<String, Object> entry : table(file, LONGEST_MONTHS).entrySet()) {
            String month = entry.getKey();
            if (!isMonth(month)) {
                throw new LuaFileException(file, "'" + month + "' is no month such as 2018-05");
            }
            months.put(month, figures(file, month, entry.getValue()));
        }
        return months;
    }

    /** The month in which each user was counted last, by the user's name as it is in an address. */
    SortedMap<String, String> readUsers() throws IOException, LuaFileException {
        SortedMap<String, String> users = new TreeMap<>();
        for (String name : List.of(NAME, NAME.replace("-", "%2d"))) {
            if (Files.isDirectory(folder.resolve(name))) {
                readUsers(folder.resolve(name), users);
            }
        }
        return users;
    }

    private static void readUsers(Path folder, SortedMap<String, String> users) throws IOException, LuaFileException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                Object month = table(file, LONGEST_USER).get(LAST_RECORDED);
                if (!(month instanceof String text) || !isMonth(text)) {
                    throw new LuaFileException(file, "it has no month under '" + LAST_RECORDED + "'");
                }
                users.put(decoded(file, name.substring(0, name.length() - SUFFIX.length())), text);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static List<Figure> figures(Path file, String month, Object value) throws LuaFileException {
        if (!(value instanceof Map<?, ?> cells)) {
            throw new LuaFileException(file, "month " + month + " is no table");
        }
        List<Figure> figures = new ArrayList<>(cells.size());
        for (Map.Entry<?, ?> cell : cells.entrySet()) {
            String name = String.valueOf(cell.getKey());
            if (!isCell(name)) {
                throw new LuaFileException(file, "month " + month + ": '" + name + "' is no place and no client");
            }
            figures.add(new Figure(name, total(file, month, name, cell.getValue())));
        }
        return figures;
    }

    private static boolean isCell(String name) {
        return (GEO.matcher(name).matches() || CLIENT.matcher(name).matches())
                && name.codePoints().noneMatch(Character::isISOControl)
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_CELL_BYTES;
    }

    /** Lua has but one kind of number, so a count may be written as 2.0. */
    private static long total(Path file, String month, String cell, Object value) throws LuaFileException {
        double number = value instanceof Number count ? count.doubleValue() : 0;
        if (number < 1 || number > 1e12 || number != Math.rint(number)) {
            throw new LuaFileException(file, "month " + month + ": '" + cell + "' has no number of users");
        }
        return (long) number;
    }

    private static Map<String, Object> table(Path file, long longest) throws IOException, LuaFileException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new LuaFileException(file, "it is no file");
            }
            if (Files.size(file) > longest) {
                throw new LuaFileException(file, "it is longer than %d bytes".formatted(longest));
            }
            return LuaData.parse(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            throw new LuaFileException(file, "there is no such file");
        } catch (LuaDataException e) {
            throw new LuaFileException(file, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isMonth(String text) {
        return MONTH.matcher(text).matches() && YearMonth.parse(text).getYear() > 0;
    }

    // --- writing ---

    /** Makes the folder and the one for the users, for nobody else to read. */
    void prepare() throws IOException, LuaFileException {
        if (Files.exists(months())) {
            throw new LuaFileException(months(), "it exists already and stays as it is");
        }
        var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folder.resolve(NAME), ownersOnly);
    }

    /** Writes the file of a user; false when a file system has no names that long, which the reference needs, too. */
    boolean writeUser(String user, String month) throws IOException {
        String name = encoded(user) + SUFFIX;
        boolean fits = name.length() <= LONGEST_NAME;
        if (fits) {
            write(folder.resolve(NAME).resolve(name), LuaWriter.user(month));
        }
        return fits;
    }

    void writeMonths(SortedMap<String, List<Figure>> months) throws IOException {
        write(months(), LuaWriter.months(months));
    }

    private Path months() {
        return folder.resolve(NAME + SUFFIX);
    }

    private static void write(Path file, String text) throws IOException {
        var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(file);
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownersOnly)) {
            var bytes = java.nio.ByteBuffer.wrap(LuaWriter.bytes(text));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** All but ASCII's letters and digits is {@code %} and two digits, as the reference names files. */
    static String encoded(String user) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9';
            encoded.append(plain ? String.valueOf((char) b) : "%%%02x".formatted(b & 0xff));
        }
        return encoded.toString();
    }

    private static String decoded(Path file, String name) throws LuaFileException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                bytes.writeBytes(name.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
            } else if (i + 2 < name.length() && isHex(name.charAt(i + 1)) && isHex(name.charAt(i + 2))) {
                bytes.write(Integer.parseInt(name, i + 1, i + 3, 16));
                i += 2;
            } else {
                throw new LuaFileException(file, "its name is not that of a user");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }
}
