package im.gatehouse.module;

import im.gatehouse.account.Accounts;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.Time;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The floors of the server that modules stand on.
 *
 * @param hosts the domains at which accounts live
 * @param admins the administrators' bare addresses; may change while the server runs
 * @param dataDirectory where the server keeps its files
 * @param streamFeatures what is settled on clients' streams
 * @param version which version of the server runs, for people
 */
public record ServerParts(
        Set<String> hosts,
        Supplier<Set<Jid>> admins,
        Path dataDirectory,
        Database database,
        Accounts accounts,
        Sessions sessions,
        Router router,
        Cluster cluster,
        Metrics metrics,
        Time time,
        Disco disco,
        Administration administration,
        Services services,
        StreamFeatures streamFeatures,
        String version) {}
