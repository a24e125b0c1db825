package im.gatehouse.modules.mds;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.pep.Pep;

/** {@code mod_mds}: a client tells its user's other clients with a read marker what has been read (XEP-0490). */
public final class MdsModule implements ServerModule<NoConfig> {
    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_mds", NoConfig::read)
                .onByDefault()
                .requires("mod_pep")
                .xep(490, "0.1.0")
                .accountFeatures("urn:xmpp:mds:server-assist:0")
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        DisplayedMarks marks = new DisplayedMarks(context.service(Pep.class).engine());
        context.undoLater(context.router().sentMessages(marks));
        return _ -> {};
    }
}
