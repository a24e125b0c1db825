package im.gatehouse.modules.time;

import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.NoConfig;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Tells the server's time, always in UTC: where the server stands is nobody's business (XEP-0202). */
public final class TimeModule implements ServerModule<NoConfig> {
    private static final String NAMESPACE = "urn:xmpp:time";

    @Override
    public ModuleSpec<NoConfig> spec() {
        return ModuleSpec.of("mod_time", NoConfig::read)
                .onByDefault()
                .xep(202, "2.0")
                .serverFeatures(NAMESPACE)
                .build();
    }

    @Override
    public Running<NoConfig> start(NoConfig config, ModuleContext context) {
        context.onIq(
                Scope.SERVER,
                Iq.Type.GET,
                "time",
                NAMESPACE,
                Execution.NOW,
                request -> request.result(element(context.time().now())));
        return _ -> {};
    }

    private static Element element(Instant now) {
        return Element.builder("time", NAMESPACE)
                .child("tzo", "+00:00")
                .child("utc", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }
}
