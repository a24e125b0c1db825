package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import im.gatehouse.modules.visitors.VisitorsStore.Marker;
import im.gatehouse.storage.Database;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a domain's figures and markers over from the reference server's files, and writes such files. All of an import
 * is done or nothing.
 */
final class LuaArchive {
    private static final int MARKERS_AT_ONCE = 1_000;

    /**
     * What was taken over.
     *
     * @param months how many months
     * @param users how many users are remembered as counted
     * @param unknownUsers how many files are of users who have no account here; they were passed over
     * @param evened months whose places and clients did not add up to the same, which was evened out by unknown ones
     */
    record Imported(int months, long users, long unknownUsers, List<String> evened) {}

    /**
     * What was written.
     *
     * @param usersLeftOut how many users have names too long for a file's
     */
    record Exported(String folder, int months, long users, long usersLeftOut) {}

    private record Users(long written, long leftOut) {}

    private final Visitors visitors;
    private final Release release;
    private final Accounts accounts;
    private final Database database;

    LuaArchive(Visitors visitors, Release release, Accounts accounts, Database database) {
        this.visitors = visitors;
        this.release = release;
        this.accounts = accounts;
        this.database = database;
    }

    /**
     * Takes over.
     *
     * @param place the domain's folder, or the file of figures in it
     * @param replace whether months that have figures here get those of the file instead
     * @throws AdminException when anything in the files is wrong; then nothing is stored
     */
    Imported read(String domain, String place, boolean replace) {
        try {
            LuaFiles files = new LuaFiles(folder(place));
            SortedMap<String, List<Figure>> months = files.readMonths();
            SortedMap<String, String> users = files.readUsers();
            months.keySet().forEach(month -> release.refuseFuture(YearMonth.parse(month)));
            users.values().forEach(month -> release.refuseFuture(YearMonth.parse(month)));
            List<String> uneven = months.keySet().stream().filter(month -> lack(months.get(month)) != 0).toList();
            months.replaceAll((_, figures) -> evened(figures));
            SortedMap<Jid, String> known = known(domain, users);
            store(domain, months, known, replace);
            return new Imported(months.size(), known.size(), users.size() - known.size(), uneven);
        } catch (LuaFileException e) {
            throw new AdminException("invalid_file", String.valueOf(e.getMessage())).with("filename", place);
        } catch (IOException e) {
            throw new AdminException("file_not_readable", "The files cannot be read: " + e.getMessage())
                    .with("filename", place);
        }
    }

    private static Path folder(String place) {
        try {
            Path path = Path.of(place).toAbsolutePath().normalize();
            Path parent = path.getParent();
            boolean isFile = String.valueOf(path.getFileName()).equals(LuaFiles.NAME + ".dat");
            return isFile && parent != null ? parent : path;
        } catch (InvalidPathException e) {
            throw new AdminException("invalid_file", "That is no path: " + e.getMessage()).with("filename", place);
        }
    }

    /**
     * Lets places and clients add up to the same. The reference writes figures without a transaction, so that a crash
     * may have left one too few.
     */
    private static List<Figure> evened(List<Figure> figures) {
        long lack = lack(figures);
        if (lack == 0) {
            return figures;
        }
        String lacking = lack > 0 ? Cells.geo(Place.UNKNOWN) : Cells.client(ClientPatterns.UNKNOWN);
        List<Figure> evened = new ArrayList<>(figures);
        evened.removeIf(figure -> figure.cell().equals(lacking));
        evened.add(new Figure(lacking, sum(figures, lacking) + Math.abs(lack)));
        return evened;
    }

    /** How many places are too few; negative when clients are. */
    private static long lack(List<Figure> figures) {
        return sum(figures, Cells.CLIENT) - sum(figures, Cells.GEO);
    }

    private static long sum(List<Figure> figures, String start) {
        return figures.stream().filter(f -> f.cell().startsWith(start)).mapToLong(Figure::total).sum();
    }

    /** A marker goes with its account, so one without an account would stay for ever. */
    private SortedMap<Jid, String> known(String domain, SortedMap<String, String> users) {
        SortedMap<Jid, String> known = new TreeMap<>();
        users.forEach((user, month) -> {
            try {
                Jid account = Jid.of(user, domain);
                if (accounts.exists(account)) {
                    known.put(account, month);
                }
            } catch (IllegalArgumentException _) {
                // no address, so nobody's
            }
        });
        return known;
    }

    private void store(
            String domain, SortedMap<String, List<Figure>> months, SortedMap<Jid, String> users, boolean replace) {
        boolean ephemeral = visitors.config().dedup() == Dedup.EPHEMERAL;
        MonthKey key = ephemeral ? key(visitors.clock().text()) : null;
        VisitorsStore store = visitors.store();
        database.write(db -> {
            months.forEach((month, figures) -> {
                if (store.removeFigures(db, domain, month) > 0 && !replace) {
                    throw new AdminException(
                                    "month_has_figures", "The month %s has figures already".formatted(month))
                            .with("month", month);
                }
                store.addFigures(db, domain, month, figures);
            });
            users.forEach((account, month) -> {
                if (key == null) {
                    store.importMarker(db, account, month);
                } else if (key.month().equals(month)) {
                    store.seen().add(db, key, account);
                }
            });
            return true;
        });
    }

    private @Nullable MonthKey key(String month) {
        try {
            return visitors.keys().forCounting(month);
        } catch (MonthKeyException e) {
            throw new AdminException("key_not_available", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes the months that may be read, and who was counted last in one of them: what is imported elsewhere counts
     * nobody twice and nobody too little.
     *
     * @throws AdminException when figures are not released as they are, or the files cannot be written
     */
    Exported write(String domain, String place) {
        if (visitors.config().release() != ReleaseLevel.EXACT) {
            throw new AdminException(
                    "not_released", "Files hold exact figures, and only release = \"exact\" allows it");
        }
        try {
            LuaFiles files = new LuaFiles(folder(place));
            files.prepare();
            SortedMap<String, List<Figure>> months = new TreeMap<>();
            for (String month : release.months(domain, false)) {
                months.put(month, database.read(db -> visitors.store().figures(db, domain, month)));
            }
            Users users = writeUsers(domain, files);
            files.writeMonths(months);
            return new Exported(files.folder().toString(), months.size(), users.written, users.leftOut);
        } catch (LuaFileException e) {
            throw new AdminException("file_exists", String.valueOf(e.getMessage())).with("filename", place);
        } catch (IOException e) {
            throw new AdminException("file_not_writable", "The files cannot be written: " + e)
                    .with("filename", place);
        }
    }

    private Users writeUsers(String domain, LuaFiles files) throws IOException {
        long written = 0;
        long leftOut = 0;
        Jid after = null;
        List<Marker> page;
        do {
            Jid last = after;
            page = database.read(db -> visitors.store().markers(db, domain, last, MARKERS_AT_ONCE));
            for (Marker marker : page) {
                if (release.mayBeRead(YearMonth.parse(marker.month()))) {
                    boolean fits = files.writeUser(marker.account().local(), marker.month());
                    written += fits ? 1 : 0;
                    leftOut += fits ? 0 : 1;
                }
            }
            after = page.isEmpty() ? null : page.getLast().account();
        } while (page.size() == MARKERS_AT_ONCE);
        return new Users(written, leftOut);
    }
}
