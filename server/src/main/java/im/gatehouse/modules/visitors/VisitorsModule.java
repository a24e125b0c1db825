package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleException;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import java.util.Optional;

/** {@code mod_monthly_visitors}: counts how many users came in a month, without watching who. */
public final class VisitorsModule implements ServerModule<VisitorsConfig> {
    private static final ModuleSpec<VisitorsConfig> SPEC =
            ModuleSpec.of("mod_monthly_visitors", VisitorsConfig::read).build();

    @Override
    public ModuleSpec<VisitorsConfig> spec() {
        return SPEC;
    }

    @Override
    public Running<VisitorsConfig> start(VisitorsConfig config, ModuleContext context) {
        Visitors visitors = open(config, context);
        String module = context.module();
        context.undoLater(context.sessions().opened().add(module, visitors::opened));
        Accounts accounts = context.accounts();
        context.undoLater(accounts.onRemoval(module, visitors.store()::removeMarker));
        context.undoLater(accounts.onDomainRemoval(module, visitors.store()::removeMarkers));
        context.undoLater(accounts.removed().add(module, visitors::removed));
        context.undoLater(accounts.domainRemoved().add(module, _ -> visitors.domainRemoved()));
        Release release = new Release(visitors, context.database());
        VisitorsAdmin admin = new VisitorsAdmin(visitors, release, accounts);
        context.administer(VisitorsAdmin.operations(() -> admin));
        return new AtWork(visitors);
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return Optional.of(VisitorsAdmin.operations(() -> {
            throw AdminException.notLoaded(SPEC.name());
        }));
    }

    private static Visitors open(VisitorsConfig config, ModuleContext context) {
        try {
            return new Visitors(config, context.database(), context.time());
        } catch (GeoFileException e) {
            throw unusable(e);
        }
    }

    private static ModuleException unusable(GeoFileException e) {
        return new ModuleException(
                "modules.mod_monthly_visitors.mmdb_path: the file of places cannot be used: " + e.getMessage(), e);
    }

    private record AtWork(Visitors visitors) implements Running<VisitorsConfig> {
        @Override
        public void reload(VisitorsConfig config) {
            try {
                visitors.follow(config);
            } catch (GeoFileException e) {
                throw unusable(e);
            }
        }

        @Override
        public void close() {
            visitors.close();
        }
    }
}
