package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.visitors.MonthReport.Form;
import java.net.InetAddress;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands of the category {@code visitors}. */
final class VisitorsAdmin {
    /** The JDK would take {@code 1.2.3} for an address, too. */
    private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** Places in an answer unless more are asked for; a text has all of them. */
    private static final int DEFAULT_PLACES = 10_000;

    private final Visitors visitors;
    private final Release release;
    private final Upkeep upkeep;
    private final LuaArchive archive;
    private final Accounts accounts;

    /** A month's figures as they are answered; what is about another form of release is null. */
    record Report(
            String domain,
            String month,
            @Nullable Long users,
            List<PlaceCount> places,
            int placesLeftOut,
            List<ClientCount> clients,
            String release,
            @Nullable Integer k,
            @Nullable Double epsilon,
            @Nullable Double delta,
            @Nullable Double yearlyEpsilon,
            @Nullable Double yearlyDelta,
            @Nullable String text) {}

    /**
     * What was deleted.
     *
     * @param months of those that may be read: whether others had figures is not told here either
     * @param markers null unless exact figures may be told, for this is one
     */
    record Pruned(int months, @Nullable Long markers) {}

    record PlaceCount(String cell, String country, String subdivision, String city, long users) {}

    record ClientCount(String cell, String type, long users) {}

    record TestedResource(String type, String cell, @Nullable String pattern, List<String> tooSlow) {}

    record TestedAddress(String country, String subdivision, String city, String cell, boolean counted) {}

    VisitorsAdmin(Visitors visitors, Release release, Upkeep upkeep, LuaArchive archive, Accounts accounts) {
        this.visitors = visitors;
        this.release = release;
        this.upkeep = upkeep;
        this.archive = archive;
        this.accounts = accounts;
    }

    /**
     * The commands.
     *
     * @param admin does the work, or throws when nobody can
     */
    static AdminOperations operations(Supplier<VisitorsAdmin> admin) {
        String query = "VisitorsAdminQuery";
        String mutation = "VisitorsAdminMutation";
        return AdminOperations.ofResource(VisitorsAdmin.class, "visitors.graphqls")
                .forDomainOf("domain", query, "months", call -> admin.get().months(call))
                .forDomainOf("domain", query, "report", call -> admin.get().report(call))
                .global(query, "testPattern", call -> admin.get().testPattern(call))
                .global(query, "lookup", call -> admin.get().lookup(call))
                .forDomainOf("domain", mutation, "prune", call -> admin.get().prune(call))
                .global(mutation, "importLua", call -> admin.get().importLua(call))
                .global(mutation, "exportLua", call -> admin.get().exportLua(call));
    }

    private List<String> months(AdminCall call) {
        return release.months(domain(call), flag(call, "shared"));
    }

    private Report report(AdminCall call) {
        MonthReport report = release.report(domain(call), call.string("month"), flag(call, "shared"));
        String format = call.optionalString("format");
        List<PlaceCount> places = report.places().stream()
                .limit(call.integer("limit", DEFAULT_PLACES))
                .map(VisitorsAdmin::placeCount)
                .toList();
        List<ClientCount> clients = report.clients().stream()
                .map(f -> new ClientCount(f.cell(), Cells.type(f.cell()), f.total()))
                .toList();
        PrivacyBudget budget = report.form() instanceof Form.Noisy(PrivacyBudget noise) ? noise : null;
        return new Report(
                report.domain(),
                report.month(),
                report.users().isPresent() ? report.users().getAsLong() : null,
                places,
                report.places().size() - places.size(),
                clients,
                word(report.form()),
                report.form() instanceof Form.AtLeast(int k) ? k : null,
                budget == null ? null : budget.epsilon(),
                budget == null ? null : budget.delta(),
                budget == null ? null : budget.yearlyEpsilon(),
                budget == null ? null : budget.yearlyDelta(),
                format == null ? null : ReportFormat.valueOf(format.toUpperCase(Locale.ROOT)).print(report));
    }

    private static String word(Form form) {
        return switch (form) {
            case Form.Exact _ -> "exact";
            case Form.AtLeast _ -> "k";
            case Form.Noisy _ -> "dp";
        };
    }

    private static boolean flag(AdminCall call, String name) {
        return Boolean.TRUE.equals(call.optional(name, Boolean.class));
    }

    private Pruned prune(AdminCall call) {
        String domain = domain(call);
        YearMonth before = Release.month(call.string("before"));
        release.refuseFuture(before); // the running month's markers keep its users from being counted twice
        long months = release.months(domain, false).stream()
                .filter(month -> month.compareTo(before.toString()) < 0)
                .count();
        upkeep.removeMonths(domain, before.toString());
        long markers = upkeep.removeMarkers(domain, before.toString());
        upkeep.soon(true);
        boolean exact = visitors.config().release() == ReleaseLevel.EXACT;
        return new Pruned((int) months, exact ? markers : null);
    }

    private LuaArchive.Imported importLua(AdminCall call) {
        LuaArchive.Imported imported =
                archive.read(domain(call), call.string("filename"), flag(call, "replace"));
        upkeep.soon(true);
        return imported;
    }

    private LuaArchive.Exported exportLua(AdminCall call) {
        return archive.write(domain(call), call.string("folder"));
    }

    private static PlaceCount placeCount(VisitorsStore.Figure figure) {
        Place place = Cells.place(figure.cell());
        return new PlaceCount(figure.cell(), place.country(), place.subdivision(), place.city(), figure.total());
    }

    private TestedResource testPattern(AdminCall call) {
        ClientPatterns.Classified client = visitors.classify(call.string("resource"));
        return new TestedResource(
                client.type(), Cells.client(client.type()), client.pattern().orElse(null), client.gaveUp());
    }

    private TestedAddress lookup(AdminCall call) {
        Place place = visitors.place(address(call.string("ip")));
        return new TestedAddress(
                place.country(),
                place.subdivision(),
                place.city(),
                Cells.geo(place),
                visitors.config().records(place));
    }

    private static InetAddress address(String text) {
        try {
            if (text.indexOf(':') >= 0 || DOTTED.matcher(text).matches()) {
                return InetAddress.ofLiteral(text);
            }
        } catch (IllegalArgumentException _) {
            // told below, as for what does not even look like one
        }
        throw new AdminException("invalid_address", "An IP address is written such as 192.0.2.1 or 2001:db8::1");
    }

    private String domain(AdminCall call) {
        String domain = call.string("domain");
        if (!accounts.serves(domain)) {
            throw new AdminException("domain_not_found", "Domain does not exist").with("domain", domain);
        }
        return domain;
    }
}
