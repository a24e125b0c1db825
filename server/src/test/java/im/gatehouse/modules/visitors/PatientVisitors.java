package im.gatehouse.modules.visitors;

import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import java.util.List;
import java.util.Optional;

/**
 * The module as it is, but that it stops only when all who logged in have been counted: it gives that some seconds, and
 * what it has not come to by then is counted at the next login, which on a machine with much else to do may be anybody.
 */
final class PatientVisitors implements ServerModule<VisitorsConfig> {
    private final VisitorsModule module = new VisitorsModule();

    @Override
    public ModuleSpec<VisitorsConfig> spec() {
        return module.spec();
    }

    @Override
    public Optional<AdminOperations> whenOff() {
        return module.whenOff();
    }

    @Override
    public Running<VisitorsConfig> start(VisitorsConfig config, ModuleContext context) {
        Running<VisitorsConfig> running = module.start(config, context);
        return new Running<>() {
            @Override
            public void reload(VisitorsConfig fresh) {
                running.reload(fresh);
            }

            @Override
            public List<String> waiting(VisitorsConfig fresh) {
                return running.waiting(fresh);
            }

            @Override
            public void close() {
                try {
                    ((VisitorsModule.AtWork) running).visitors().settle();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                running.close();
            }
        };
    }
}
