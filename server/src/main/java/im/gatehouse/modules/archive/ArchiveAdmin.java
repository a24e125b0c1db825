package im.gatehouse.modules.archive;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.archive.Reader.Found;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.RoomVisit;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The commands of the category {@code mam}, and those of others that read archives; names as MongooseIM's. */
final class ArchiveAdmin {
    private static final int USUAL = 50;
    private static final int MOST = 500;

    private final Reader reader;
    private final Retention retention;
    private final ArchiveWriter writer;
    private final Database database;
    private final Accounts accounts;
    private final Time time;
    private final Supplier<Optional<RoomControl>> rooms;
    private final RetentionStore store = new RetentionStore();

    ArchiveAdmin(
            Reader reader,
            Retention retention,
            ArchiveWriter writer,
            Database database,
            Accounts accounts,
            Time time,
            Supplier<Optional<RoomControl>> rooms) {
        this.reader = reader;
        this.retention = retention;
        this.writer = writer;
        this.database = database;
        this.accounts = accounts;
        this.time = time;
        this.rooms = rooms;
    }

    /**
     * The commands on archives.
     *
     * @param admin does the work, or throws when nobody can
     */
    static AdminOperations operations(Supplier<ArchiveAdmin> admin) {
        String mutation = "MAMAdminMutation";
        return AdminOperations.ofResource(ArchiveAdmin.class, "archive.graphqls")
                .forDomainOf("archive", "MAMAdminQuery", "archiveInfo", call -> admin.get().info(call))
                .forDomainOf("archive", mutation, "pruneArchive", call -> admin.get().pruneArchive(call))
                .forDomainOf("domain", mutation, "pruneDomain", call -> admin.get().pruneDomain(call))
                .forDomainOf("archive", mutation, "removeArchive", call -> admin.get().removeArchive(call))
                .forDomainOf("caller", "StanzaAdminQuery", "getLastMessages", call -> admin.get().lastMessages(call));
    }

    /** The command on rooms, whose category belongs to them. */
    AdminOperations ofRooms() {
        return AdminOperations.ofResource(ArchiveAdmin.class, "rooms.graphqls")
                .forDomainOf("room", "MUCAdminQuery", "getRoomMessages", this::roomMessages);
    }

    // --- reading ---

    private Map<String, Object> info(AdminCall call) {
        Jid archive = call.jid("archive").bare();
        Map<String, Object> info = new HashMap<>();
        info.put("messages", reader.count(archive));
        reader.edges(archive).ifPresent(edges -> {
            info.put("first", edges.first());
            info.put("last", edges.last());
        });
        return info;
    }

    private Map<String, Object> lastMessages(AdminCall call) {
        Jid caller = call.jid("caller").bare();
        if (!accounts.exists(caller)) {
            throw new AdminException("user_not_found", "There is no such account").with("user", caller);
        }
        int limit = Math.min(call.integer("limit", USUAL), MOST);
        return payload(reader.last(caller, call.optional("with", Jid.class), below(call), limit), limit, Ids::text);
    }

    private Object roomMessages(AdminCall call) {
        RoomControl control = rooms.get().orElseThrow(() -> AdminException.notLoaded("mod_muc"));
        int limit = Math.min(call.integer("pageSize", USUAL), MOST);
        Jid room = call.jid("room").bare();
        RoomVisit visit = control.visit(call);
        return payload(reader.last(room, null, below(call), limit), limit, visit::stanzaId);
    }

    private static long below(AdminCall call) {
        Instant before = call.optional("before", Instant.class);
        return before == null ? Long.MAX_VALUE : Ids.first(before.toEpochMilli());
    }

    private static Map<String, Object> payload(List<Found> found, int limit, LongFunction<String> id) {
        List<Map<String, Object>> stanzas = found.stream()
                .map(each -> Map.<String, Object>of(
                        "sender", each.message().sender(),
                        "timestamp", each.at(),
                        "stanza_id", id.apply(each.id()),
                        "stanza", each.message().toString()))
                .toList();
        return Map.of("stanzas", stanzas, "limit", limit);
    }

    // --- deleting ---

    private Map<String, Object> pruneArchive(AdminCall call) {
        Jid archive = call.jid("archive").bare();
        Duration age = call.optional("olderThan", Duration.class);
        Integer keep = call.optional("keep", Integer.class);
        requireLimit(age, keep);
        writer.settle();
        long deleted = age == null ? 0 : retention.deleteOlder(archive, time.now().minus(age));
        return pruned(deleted + (keep == null ? 0 : retention.trim(archive, keep)));
    }

    private Map<String, Object> pruneDomain(AdminCall call) {
        String domain = call.string("domain");
        Duration age = call.optional("olderThan", Duration.class);
        Integer keep = call.optional("keep", Integer.class);
        requireLimit(age, keep);
        writer.settle();
        long deleted = age == null ? 0 : retention.deleteOlder(domain, time.now().minus(age));
        return pruned(deleted + (keep == null ? 0 : retention.trimAll(domain, keep)));
    }

    private static void requireLimit(@Nullable Duration age, @Nullable Integer keep) {
        if (age == null && keep == null) {
            throw new AdminException("bad_argument", "Say what goes: --olderThan, or how many stay: --keep");
        }
    }

    private static Map<String, Object> pruned(long deleted) {
        return Map.of("deleted", deleted);
    }

    private boolean removeArchive(AdminCall call) {
        Jid archive = call.jid("archive").bare();
        writer.settle();
        boolean removed = database.write(db -> store.drop(db, archive, time.now().toEpochMilli()));
        writer.forget(archive);
        Thread.startVirtualThread(retention::run);
        return removed;
    }
}
