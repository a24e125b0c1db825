package im.gatehouse.modules.blocking;

import im.gatehouse.account.Accounts;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.router.IqHandler;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.Optional;

/** {@code mod_blocking}: users keep others from reaching them (XEP-0191), and report them (XEP-0377). */
public final class BlockingModule implements ServerModule<BlockingConfig> {
    private static final Duration BETWEEN_CLEANINGS = Duration.ofHours(1);

    /** Asked before other guards: what is blocked was never said. */
    private static final int FIRST = -100;

    /** After the guards that refuse: nothing is read for those who may not come in. */
    private static final int LAST = 100;

    private static final ModuleSpec<BlockingConfig> SPEC = ModuleSpec.of("mod_blocking", BlockingConfig::read)
            .onByDefault()
            .requires("mod_roster", "mod_presence")
            .xep(191, "1.3")
            .xep(377, "0.4.1", "reports are never passed on to others")
            .serverFeatures(BlockCommands.NAMESPACE, Report.NAMESPACE)
            .metrics(
                    BlockingMetrics.BLOCKED,
                    BlockingMetrics.UNBLOCKED,
                    BlockingMetrics.DENIED,
                    BlockingMetrics.DROPPED,
                    BlockingMetrics.REPORTED)
            .build();

    @Override
    public ModuleSpec<BlockingConfig> spec() {
        return SPEC;
    }

    @Override
    public Running<BlockingConfig> start(BlockingConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        BlockingMetrics metrics = new BlockingMetrics(scope, context.hosts());
        BlockLists lists = new BlockLists(
                context.database(), context.accounts(), context.sessions(), context.time(), metrics);
        Reports reports = new Reports(config, context, metrics);
        Presences presences = context.service(Presences.class);
        BlockCommands commands = new BlockCommands(
                config, lists, reports, context.sessions(), context.service(Rosters.class), presences, metrics);
        guard(lists, presences, context);
        context.undoLater(context.sessions().packing().add(context.module(), commands::pack));
        context.undoLater(context.sessions().unpacking().add(context.module(), commands::unpack));
        on(context, Iq.Type.GET, "blocklist", commands::get);
        on(context, Iq.Type.SET, "block", commands::block);
        on(context, Iq.Type.SET, "unblock", commands::unblock);
        forgetWithAccounts(lists, reports.store(), context);
        ReportOperations operations = new ReportOperations(reports.store(), context.database());
        context.administer(ReportOperations.operations(() -> operations));
        Time.Timer cleaning = context.time()
                .every(BETWEEN_CLEANINGS, () -> Thread.startVirtualThread(reports::expire));
        context.undoLater(cleaning::cancel);
        return commands::config;
    }

    private static void guard(BlockLists lists, Presences presences, ModuleContext context) {
        String module = context.module();
        context.undoLater(context.sessions().opening().add(module, LAST, lists::opening));
        lists.keepAll(); // those who came before this module; whoever comes now is taken by the guard
        context.undoLater(context.router().guardMemory(lists));
        context.undoLater(context.router().sending().add(module, FIRST, lists::sending));
        context.undoLater(context.router().receiving().add(module, FIRST, lists::receiving));
        context.undoLater(presences.exchanging().add(module, FIRST, lists::exchanging));
    }

    private static void on(ModuleContext context, Iq.Type type, String name, IqHandler handler) {
        context.onIq(Scope.ACCOUNT, type, name, BlockCommands.NAMESPACE, Execution.BLOCKING, handler);
    }

    private static void forgetWithAccounts(BlockLists lists, ReportStore reports, ModuleContext context) {
        Accounts accounts = context.accounts();
        String module = context.module();
        context.undoLater(accounts.onRemoval(module, (db, account) -> {
            lists.removeAccount(db, account);
            reports.removeAccount(db, account);
        }));
        context.undoLater(accounts.onDomainRemoval(module, (db, domain) -> {
            lists.removeDomain(db, domain);
            reports.removeDomain(db, domain);
        }));
        context.undoLater(accounts.removed().add(module, lists::forget));
        context.undoLater(accounts.domainRemoved().add(module, _ -> lists.forgetAll()));
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(ReportOperations.operations(() -> {
            throw AdminException.notLoaded(SPEC.name());
        }));
    }
}
