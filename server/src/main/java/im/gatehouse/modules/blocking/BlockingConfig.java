package im.gatehouse.modules.blocking;

import im.gatehouse.config.Section;
import im.gatehouse.jid.Jid;
import java.time.Duration;
import java.util.List;

/**
 * {@code [modules.mod_blocking]}.
 *
 * @param maxItems how many addresses a user may block, from 1
 * @param reportTo who is told of reports; all administrators where nobody is named
 * @param reportsPerHour how many reports of a user are taken in an hour, from 0
 * @param keepReports after what time a report is deleted
 */
record BlockingConfig(int maxItems, List<Jid> reportTo, int reportsPerHour, Duration keepReports) {
    static BlockingConfig read(Section section) {
        return new BlockingConfig(
                section.integer("max_items", 1_000, 1, 100_000),
                section.jids("report_to"),
                section.integer("reports_per_hour", 20, 0, 10_000),
                section.duration("keep_reports", Duration.ofDays(90), Duration.ofHours(1), Duration.ofDays(3_650)));
    }
}
