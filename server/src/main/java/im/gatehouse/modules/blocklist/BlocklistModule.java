package im.gatehouse.modules.blocklist;

import im.gatehouse.account.Accounts;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.blocklist.target.Target;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;

/** {@code mod_blocklist}: keeps users out whom an administrator has blocked. */
public final class BlocklistModule implements ServerModule<BlocklistConfig> {
    private static final ModuleSpec<BlocklistConfig> SPEC = ModuleSpec.of("mod_blocklist", BlocklistConfig::read)
            .onByDefault()
            .metrics(BlocklistFigures.CALLS, BlocklistFigures.TIMES, BlocklistFigures.DENIED)
            .build();

    @Override
    public ModuleSpec<BlocklistConfig> spec() {
        return SPEC;
    }

    @Override
    public Running<BlocklistConfig> start(BlocklistConfig config, ModuleContext context) {
        Metrics.Scope metrics = context.metrics().scope();
        context.undoLater(metrics::close);
        BlocklistFigures figures = new BlocklistFigures(metrics, context.time(), context.hosts());
        Blocklist blocklist = new Blocklist(
                config, context.database(), context.sessions(), context.cluster(), context.time(), figures);
        context.undoLater(blocklist::close);
        blocklist.open();
        context.undoLater(context.sessions().signIn().add(context.module(), 0, blocklist::atSignIn));
        context.undoLater(context.sessions().opening().add(context.module(), 0, blocklist::atOpening));
        cleanUpWithAccounts(blocklist, context);
        BlocklistAdmin admin = admin(blocklist, context);
        context.administer(BlocklistAdmin.operations(() -> admin));
        return blocklist::follow;
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(BlocklistAdmin.operations(() -> {
            throw AdminException.notLoaded(SPEC.name());
        }));
    }

    private static BlocklistAdmin admin(Blocklist blocklist, ModuleContext context) {
        Function<Collection<Target>, Reach> reach =
                targets -> Reach.of(targets, context.accounts(), context.sessions(), context.hosts());
        ListExchange lists = new ListExchange(blocklist, context.hosts(), context.time(), reach);
        return new BlocklistAdmin(
                blocklist, lists, context.accounts(), context.hosts(), context.time(), reach);
    }

    private static void cleanUpWithAccounts(Blocklist blocklist, ModuleContext context) {
        Accounts accounts = context.accounts();
        String module = context.module();
        context.undoLater(accounts.onRemoval(module, blocklist::accountGoes));
        context.undoLater(accounts.onDomainRemoval(module, blocklist::domainGoes));
        context.undoLater(accounts.removed().add(module, blocklist::forget));
        context.undoLater(accounts.domainRemoved().add(module, _ -> blocklist.forgetAll()));
    }
}
