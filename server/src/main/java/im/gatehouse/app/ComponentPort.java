package im.gatehouse.app;

import im.gatehouse.config.ListenConfig.ComponentListener;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.router.Router;
import im.gatehouse.stream.ComponentStream;
import im.gatehouse.stream.ExternalComponent;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import im.gatehouse.transport.Loops;
import im.gatehouse.transport.tcp.TcpListener;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlReader;
import io.netty.channel.ChannelHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where programs outside the server connect that stand for domains of their own (XEP-0114). */
final class ComponentPort implements AutoCloseable {
    /** How many stanzas wait for a component that does not read: many users may talk to it at a time. */
    private static final int MOST_UNWRITTEN = 10_000;

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final Map<String, ExternalComponent> components = new LinkedHashMap<>();
    private @Nullable TcpListener listener;
    private Optional<InetSocketAddress> address = Optional.empty();

    /**
     * Gives the domains to the router, which answers for those that are away, and lists them.
     *
     * @throws StartException when a module serves one of the domains
     */
    ComponentPort(ServerConfig config, Router router, Disco disco) {
        config.components().forEach((domain, settings) -> {
            ExternalComponent component = new ExternalComponent(domain, settings.secret(), settings.listed(), router);
            try {
                router.addComponent(domain, component);
            } catch (IllegalStateException e) {
                throw new StartException(
                        "%s cannot be a component, for a module serves it: choose another domain in [components]"
                                .formatted(domain),
                        e);
            }
            components.put(domain, component);
        });
        List<Disco.Item> named = named(config);
        disco.server().addItems(_ -> named);
    }

    /** What people call them. That they are there, and at which host, is found out by whoever answers. */
    private static List<Disco.Item> named(ServerConfig config) {
        return config.components().entrySet().stream()
                .filter(component -> component.getValue().listed())
                .map(component -> new Disco.Item(
                        Jid.ofDomain(component.getKey()), null, component.getValue().name().orElse(null)))
                .toList();
    }

    /**
     * Opens the port, if there is anybody to wait for.
     *
     * @throws StartException when it cannot
     */
    void open(
            ComponentListener settings,
            Loops loops,
            Router router,
            Time time,
            Supplier<XmlReader.Limits> limits,
            SecureRandom random) {
        if (components.isEmpty()) {
            return;
        }
        ComponentStream.Shared shared = new ComponentStream.Shared(
                Map.copyOf(components), router, time, limits, random, new Seldom(time, BETWEEN_WARNINGS));
        TcpListener.Terms terms = new TcpListener.Terms(
                TcpListener.Encryption.NONE,
                false,
                0,
                () -> XmlReader.Limits.BEFORE_SIGN_IN.maxStanzaBytes(),
                MOST_UNWRITTEN,
                _ -> new ChannelHandlerAdapter() {},
                _ -> ChannelBindings.NONE,
                Namespaces.COMPONENT);
        TcpListener opening = new TcpListener(loops, terms, connection -> new ComponentStream(connection, shared));
        listener = opening;
        try {
            address = Optional.of(opening.open(new InetSocketAddress(settings.address(), settings.port())));
        } catch (IOException e) {
            throw new StartException(
                    "Cannot listen for components on %s port %d (%s): choose another port in [listen.component] or stop what uses it"
                            .formatted(settings.address(), settings.port(), Causes.of(e)),
                    e);
        }
    }

    /** Where components connect, with the port that was really taken; empty where none is configured. */
    Optional<InetSocketAddress> address() {
        return address;
    }

    /** Says goodbye to all components; those that do not hear it are cut off. */
    @Override
    public void close() {
        components.values().forEach(ExternalComponent::stop);
        if (listener != null) {
            listener.close();
        }
    }
}
