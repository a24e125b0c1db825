package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands of the category {@code visitors}. */
final class VisitorsAdmin {
    /** The JDK would take {@code 1.2.3} for an address, too. */
    private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private final Visitors visitors;
    private final Release release;
    private final Accounts accounts;

    /** A month's figures as they are answered. */
    record Report(
            String domain,
            String month,
            long users,
            List<PlaceCount> places,
            List<ClientCount> clients,
            @Nullable String text) {}

    record PlaceCount(String cell, String country, String subdivision, String city, long users) {}

    record ClientCount(String cell, String type, long users) {}

    record TestedResource(String type, String cell, @Nullable String pattern, List<String> tooSlow) {}

    record TestedAddress(String country, String subdivision, String city, String cell, boolean counted) {}

    VisitorsAdmin(Visitors visitors, Release release, Accounts accounts) {
        this.visitors = visitors;
        this.release = release;
        this.accounts = accounts;
    }

    /**
     * The commands.
     *
     * @param admin does the work, or throws when nobody can
     */
    static AdminOperations operations(Supplier<VisitorsAdmin> admin) {
        String query = "VisitorsAdminQuery";
        return AdminOperations.ofResource(VisitorsAdmin.class, "visitors.graphqls")
                .forDomainOf("domain", query, "months", call -> admin.get().months(call))
                .forDomainOf("domain", query, "report", call -> admin.get().report(call))
                .global(query, "testPattern", call -> admin.get().testPattern(call))
                .global(query, "lookup", call -> admin.get().lookup(call));
    }

    private List<String> months(AdminCall call) {
        return release.months(domain(call));
    }

    private Report report(AdminCall call) {
        MonthReport report = release.report(domain(call), call.string("month"));
        String format = call.optionalString("format");
        return new Report(
                report.domain(),
                report.month(),
                report.users(),
                report.places().stream().map(VisitorsAdmin::placeCount).toList(),
                report.clients().stream()
                        .map(f -> new ClientCount(f.cell(), Cells.type(f.cell()), f.total()))
                        .toList(),
                format == null ? null : ReportFormat.valueOf(format.toUpperCase(Locale.ROOT)).print(report));
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
