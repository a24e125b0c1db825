package im.gatehouse.modules.archive;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.muc.RoomControl;
import im.gatehouse.modules.muc.RoomHooks;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.router.StanzaId;
import im.gatehouse.stanza.Iq;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps what users and rooms say, for their clients to ask for: {@code mod_mam} (XEP-0313). */
public final class ArchiveModule implements ServerModule<ArchiveConfig> {
    private static final Duration BETWEEN_CLEANINGS = Duration.ofMinutes(30);

    /** On a quiet server; on a busy one so much gathers earlier that it is sorted in. */
    private static final Duration BETWEEN_SORTINGS = Duration.ofMinutes(5);

    @Override
    public ModuleSpec<ArchiveConfig> spec() {
        return ModuleSpec.of("mod_mam", ArchiveConfig::read)
                .onByDefault()
                .xep(59, "1.0", "for archives")
                .xep(297, "1.0")
                .xep(313, "1.1.3")
                .xep(334, "0.4.0", "no-store, no-permanent-store and store, for archives")
                .xep(359, "0.7.0")
                .xep(424, "0.4.2", "tombstones in archives")
                .xep(441, "0.2.0", "without ad-hoc commands")
                .metrics(ArchiveMetrics.specs())
                .build();
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(ArchiveAdmin.operations(() -> {
            throw AdminException.notLoaded("mod_mam");
        }));
    }

    @Override
    public Running<ArchiveConfig> start(ArchiveConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        ArchiveMetrics metrics = new ArchiveMetrics(scope, context.hosts(), context.router()::hostOf);
        AtomicReference<ArchiveConfig> present = new AtomicReference<>(config);
        Accounts accounts = context.accounts();
        ArchiveWriter writer = new ArchiveWriter(
                context.database(),
                context.time(),
                metrics,
                (db, owner) -> !accounts.serves(owner.domain()) || accounts.hold(db, owner));
        Choices choices = new Choices(context.database(), () -> context.optionalService(Rosters.class));
        Reader reader = new Reader(context.database(), writer);
        Retention retention = new Retention(context.database(), context.time(), present::get, writer::sortIn);
        Arrivals arrivals = new Arrivals(context.sessions(), context.time());
        context.undoLater(context.sessions().resumed().add(context.module(), arrivals::returned));
        if (config.pm()) {
            UserQueries queries = new UserQueries(
                    reader, choices, context.sessions(), context.time(), metrics, present::get);
            serveUsers(context, queries);
            context.undoLater(context.streamFeatures().inline().add(new InlineMetadata(reader)));
            Archive archive = new Archive(context.router(), accounts::serves, arrivals, choices, writer);
            context.undoLater(context.router().messageArchive(archive));
        }
        if (config.muc()) {
            context.optionalService(RoomHooks.class).ifPresent(hooks -> {
                RoomArchives rooms = new RoomArchives(
                        writer,
                        reader,
                        context.router(),
                        context.sessions(),
                        context.time(),
                        arrivals,
                        metrics,
                        present::get);
                serveRooms(context, hooks, rooms, writer, metrics);
            });
        }
        listen(context, choices, writer, metrics);
        ArchiveAdmin admin = new ArchiveAdmin(
                reader,
                retention,
                writer,
                context.database(),
                context.accounts(),
                context.time(),
                () -> context.optionalService(RoomControl.class));
        context.administer(ArchiveAdmin.operations(() -> admin));
        if (context.optionalService(RoomControl.class).isPresent()) {
            context.administer(admin.ofRooms());
        }
        Time.Timer cleaning = context.time()
                .every(BETWEEN_CLEANINGS, () -> Thread.startVirtualThread(retention::run));
        context.undoLater(cleaning::cancel);
        Time.Timer sorting = context.time().every(BETWEEN_SORTINGS, writer::sortSoon);
        context.undoLater(sorting::cancel);
        return new Running<>() {
            @Override
            public void reload(ArchiveConfig fresh) {
                present.set(fresh);
            }

            @Override
            public List<String> waiting(ArchiveConfig fresh) {
                List<String> waiting = new ArrayList<>();
                if (fresh.pm() != config.pm()) {
                    waiting.add("pm");
                }
                if (fresh.muc() != config.muc()) {
                    waiting.add("muc");
                }
                return waiting;
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    private static void serveUsers(ModuleContext context, UserQueries queries) {
        String mam = Mam.NAMESPACE;
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, "query", mam, Execution.BLOCKING, queries::fields);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "query", mam, Execution.BLOCKING, queries::query);
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, "metadata", mam, Execution.BLOCKING, queries::metadata);
        context.onIq(Scope.ACCOUNT, Iq.Type.GET, "prefs", mam, Execution.BLOCKING, queries::preferences);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "prefs", mam, Execution.BLOCKING, queries::choose);
        for (String feature : new String[] {
            mam, Mam.EXTENDED, Mam.GROUPCHAT_FIELD, StanzaId.NAMESPACE, Mam.RETRACT, Mam.TOMBSTONE
        }) {
            context.undoLater(context.disco().account().addFeature(feature));
        }
        // It belongs to accounts (XEP-0313 §7), but clients, profanity for one, look for it here only.
        context.undoLater(context.disco().server().addFeature(mam));
        context.undoLater(context.disco().server().addFeature(Mam.RETRACT));
    }

    private static void serveRooms(
            ModuleContext context,
            RoomHooks hooks,
            RoomArchives rooms,
            ArchiveWriter writer,
            ArchiveMetrics metrics) {
        RetentionStore store = new RetentionStore();
        Time time = context.time();
        context.undoLater(hooks.archive(rooms));
        context.undoLater(hooks.onRequest(Mam.NAMESPACE, rooms::answer));
        context.undoLater(hooks.retracted().add(context.module(), rooms::retracted));
        context.undoLater(hooks.onRemoval(new RoomHooks.Removal(
                (db, room) -> store.drop(db, room, time.now().toEpochMilli()),
                (db, domain) -> store.dropAll(db, domain, time.now().toEpochMilli()))));
        context.undoLater(hooks.ended().add(context.module(), (Jid room) -> {
            writer.forget(room);
            metrics.removed(ArchiveMetrics.Kind.MUC, room);
        }));
        context.undoLater(hooks.addFeatures(room -> List.of(Mam.NAMESPACE, Mam.EXTENDED)));
    }

    private static void listen(
            ModuleContext context, Choices choices, ArchiveWriter writer, ArchiveMetrics metrics) {
        RetentionStore store = new RetentionStore();
        Time time = context.time();
        context.undoLater(context.accounts().onRemoval(context.module(), (db, account) -> {
            store.drop(db, account, time.now().toEpochMilli());
            choices.store().removeAccount(db, account);
        }));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), (db, domain) -> {
            store.dropAll(db, domain, time.now().toEpochMilli());
            choices.store().removeDomain(db, domain);
        }));
        context.undoLater(context.accounts().removed().add(context.module(), (Jid account) -> {
            writer.forget(account);
            choices.forget(account);
            metrics.removed(ArchiveMetrics.Kind.PM, account);
        }));
        context.undoLater(context.accounts().domainRemoved().add(context.module(), (String domain) -> {
            writer.forgetDomain(domain);
            choices.forgetDomain(domain);
        }));
    }
}
