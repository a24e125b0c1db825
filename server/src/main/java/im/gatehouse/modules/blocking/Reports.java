package im.gatehouse.modules.blocking;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes users' reports of spam and abuse to the administrators (XEP-0377): stored with the block itself, told by a
 * message, and kept for a while. All of it may block.
 */
final class Reports {
    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int EXPIRY_BATCH = 1_000;
    private static final int LANE = 16;

    private final ReportStore store = new ReportStore();
    private final ModuleContext context;
    private final BlockingMetrics metrics;
    private final Time time;

    private volatile BlockingConfig config;

    Reports(BlockingConfig config, ModuleContext context, BlockingMetrics metrics) {
        this.config = config;
        this.context = context;
        this.metrics = metrics;
        this.time = context.time();
    }

    void config(BlockingConfig fresh) {
        config = fresh;
    }

    /** Stores those reports that the user may still make in this hour, in a unit of work, and answers them. */
    List<Report> store(DSLContext db, Jid reporter, Collection<Report> reports) {
        long now = time.now().toEpochMilli();
        List<Report> stored = new ArrayList<>();
        int earlier = reports.isEmpty() ? 0 : store.countSince(db, reporter, now - HOUR.toMillis());
        for (Report report : reports) {
            if (earlier + stored.size() < config.reportsPerHour()) {
                store.insert(db, reporter, now, report);
                stored.add(report);
            }
        }
        return stored;
    }

    /** Tells administrators of reports that have been stored. */
    void tell(Jid reporter, List<Report> stored) {
        for (Report report : stored) {
            metrics.reported(reporter, report.kind());
            Message message = message(reporter, report);
            Lane lane = new Lane(LANE);
            Collection<Jid> to = config.reportTo().isEmpty() ? context.admins() : config.reportTo();
            to.forEach(jid -> context.router().route(message.to(jid), lane));
        }
    }

    private static Message message(Jid reporter, Report report) {
        String what =
                switch (report.kind()) {
                    case SPAM -> "spam";
                    case ABUSE -> "abuse";
                    case OTHER -> report.reason();
                };
        String said = report.text().isEmpty() ? "" : ":\n" + report.text();
        return Message.of(
                Message.Type.NORMAL,
                Jid.ofDomain(reporter.domain()),
                null,
                UUID.randomUUID().toString(),
                Element.of("subject", Namespaces.CLIENT, "Report of " + what),
                Element.of(
                        "body",
                        Namespaces.CLIENT,
                        reporter + " has blocked " + report.reported() + " and reports it for " + what + said));
    }

    /** Deletes what has been kept long enough. */
    void expire() {
        long limit = time.now().minus(config.keepReports()).toEpochMilli();
        try {
            int deleted = EXPIRY_BATCH;
            while (deleted == EXPIRY_BATCH) {
                deleted = context.database().write(db -> store.deleteBefore(db, limit, EXPIRY_BATCH));
            }
        } catch (StorageException e) {
            log.warn("Old reports could not be deleted: {}", e.getMessage());
        }
    }

    ReportStore store() {
        return store;
    }
}
