package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleException;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code mod_monthly_visitors}: counts how many users came in a month, without watching who. */
public final class VisitorsModule implements ServerModule<VisitorsConfig> {
    private static final ModuleSpec<VisitorsConfig> SPEC =
            ModuleSpec.of("mod_monthly_visitors", VisitorsConfig::read)
                    .metrics(VisitorsGauges.UNIQUES)
                    .build();

    @Override
    public ModuleSpec<VisitorsConfig> spec() {
        return SPEC;
    }

    @Override
    public Running<VisitorsConfig> start(VisitorsConfig config, ModuleContext context) {
        Visitors visitors = open(config, context);
        String module = context.module();
        context.undoLater(context.sessions().opened().add(module, visitors::opened));
        context.undoLater(context.sessions().resumed().add(module, visitors::opened));
        cleanUpWithAccounts(visitors, context);
        Release release = new Release(visitors, context.database());
        VisitorsGauges gauges = new VisitorsGauges(context.metrics());
        context.undoLater(gauges::close);
        Upkeep upkeep =
                new Upkeep(visitors, release, gauges, context.hosts(), context.database(), context.time());
        LuaArchive archive = new LuaArchive(visitors, release, context.accounts(), context.database());
        VisitorsAdmin admin = new VisitorsAdmin(visitors, release, upkeep, archive, context.accounts());
        context.administer(VisitorsAdmin.operations(() -> admin));
        return new AtWork(visitors, upkeep, context.dataDirectory());
    }

    private static void cleanUpWithAccounts(Visitors visitors, ModuleContext context) {
        Accounts accounts = context.accounts();
        String module = context.module();
        context.undoLater(accounts.onRemoval(module, (db, account) -> visitors.removeTraces(db, account)));
        context.undoLater(accounts.onDomainRemoval(module, (db, domain) -> visitors.removeTraces(db, domain)));
        context.undoLater(accounts.removed().add(module, visitors::removed));
        context.undoLater(accounts.domainRemoved().add(module, _ -> visitors.forgetCounted()));
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(VisitorsAdmin.operations(() -> {
            throw AdminException.notLoaded(SPEC.name());
        }));
    }

    private static Visitors open(VisitorsConfig config, ModuleContext context) {
        checkKeyFolder(config, context.dataDirectory());
        try {
            return new Visitors(
                    config, context.accounts(), context.database(), context.time(), context.dataDirectory());
        } catch (GeoFileException e) {
            throw unusable(e);
        }
    }

    private static void checkKeyFolder(VisitorsConfig config, Path dataFolder) {
        Path folder = config.keyFolder().orElse(dataFolder);
        try {
            if (config.dedup() == Dedup.EPHEMERAL) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new ModuleException(
                    "modules.mod_monthly_visitors.key_folder: %s cannot be made: %s".formatted(folder, e), e);
        }
    }

    private static ModuleException unusable(GeoFileException e) {
        return new ModuleException(
                "modules.mod_monthly_visitors.mmdb_path: the file of places cannot be used: " + e.getMessage(), e);
    }

    record AtWork(Visitors visitors, Upkeep upkeep, Path dataFolder) implements Running<VisitorsConfig> {
        @Override
        public void reload(VisitorsConfig config) {
            checkKeyFolder(config, dataFolder);
            try {
                visitors.follow(config);
            } catch (GeoFileException e) {
                throw unusable(e);
            }
            upkeep.soon(true);
        }

        @Override
        public void close() {
            upkeep.close();
            visitors.close();
        }
    }
}
