package im.gatehouse.modules.push;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.router.IqHandler.Execution;
import im.gatehouse.router.IqHandler.Scope;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stream.StreamManagement;

/** Wakes users' phones: tells the services of their apps that something waits for them (XEP-0357). */
public final class PushModule implements ServerModule<PushConfig> {
    @Override
    public ModuleSpec<PushConfig> spec() {
        return ModuleSpec.of("mod_push", PushConfig::read)
                .onByDefault()
                .xep(357, "0.4.1", "for messages and requests to clients that are away or have gone silent")
                .accountFeatures(Push.NAMESPACE)
                .metrics(PushMetrics.PUBLISHED, PushMetrics.FAILED, PushMetrics.DISABLED)
                .build();
    }

    @Override
    public Running<PushConfig> start(PushConfig config, ModuleContext context) {
        Metrics.Scope scope = context.metrics().scope();
        context.undoLater(scope::close);
        Publisher publisher = new Publisher(config, context, new PushMetrics(scope, context.hosts()));
        Push push = new Push(config, context, publisher);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "enable", Push.NAMESPACE, Execution.BLOCKING, push::enable);
        context.onIq(Scope.ACCOUNT, Iq.Type.SET, "disable", Push.NAMESPACE, Execution.BLOCKING, push::disable);
        context.undoLater(context.router().messageReceived().add(context.module(), push::received));
        context.undoLater(context.router().messageWaiting().add(context.module(), push::waiting));
        context.optionalService(StreamManagement.class)
                .ifPresent(management ->
                        context.undoLater(management.unacked().add(context.module(), push::unacked)));
        context.optionalService(Presences.class)
                .ifPresent(presences ->
                        context.undoLater(presences.asked().add(context.module(), push::asked)));
        context.undoLater(context.sessions().opened().add(context.module(), push::here));
        context.undoLater(context.sessions().resumed().add(context.module(), push::back));
        context.undoLater(context.sessions().packing().add(context.module(), push::pack));
        context.undoLater(context.sessions().unpacking().add(context.module(), push::unpack));
        context.undoLater(context.router().answered().add(context.module(), publisher::answered));
        context.undoLater(context.accounts().onRemoval(context.module(), push::removeAccount));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), push::removeDomain));
        context.undoLater(context.accounts().removed().add(context.module(), push::removed));
        context.undoLater(context.accounts().domainRemoved().add(context.module(), push::domainRemoved));
        return fresh -> {
            push.config(fresh);
            publisher.config(fresh);
        };
    }
}
