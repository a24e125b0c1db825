package im.gatehouse.modules.blocking;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.storage.Database;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** {@code abuse}: shows what users have reported. */
final class ReportOperations {
    private static final int USUAL = 50;
    private static final int MOST = 1_000;

    private record Row(
            long id, Instant at, Jid reporter, Jid reported, String reason, String text, List<String> messages) {}

    private final ReportStore store;
    private final Database database;

    ReportOperations(ReportStore store, Database database) {
        this.store = store;
        this.database = database;
    }

    static AdminOperations operations(Supplier<ReportOperations> all) {
        return AdminOperations.ofResource(ReportOperations.class, "abuse.graphqls")
                .forDomainOf("domain", "AbuseAdminQuery", "listReports", call -> all.get().list(call))
                .forDomainOf("domain", "AbuseAdminQuery", "countReports", call -> all.get().count(call))
                .forDomainOf("domain", "AbuseAdminMutation", "removeReport", call -> all.get().remove(call));
    }

    private List<Row> list(AdminCall call) {
        int limit = Math.min(call.integer("limit", USUAL), MOST);
        return database
                .read(db -> store.list(db, call.optionalString("domain"), call.optional("before", Long.class), limit))
                .stream()
                .map(ReportOperations::row)
                .toList();
    }

    private static Row row(ReportStore.Kept kept) {
        Report report = kept.report();
        return new Row(
                kept.id(),
                kept.at(),
                kept.reporter(),
                report.reported(),
                report.reason(),
                report.text(),
                report.messages().lines().toList());
    }

    private int count(AdminCall call) {
        return database.read(db -> store.count(db, call.optionalString("domain")));
    }

    private String remove(AdminCall call) {
        long id = call.required("id", Long.class);
        if (!database.write(db -> store.delete(db, call.string("domain"), id))) {
            throw new AdminException("report_not_found", "There is no report " + id).with("id", id);
        }
        return "Report " + id + " removed";
    }
}
