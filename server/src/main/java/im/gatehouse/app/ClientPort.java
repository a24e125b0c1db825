package im.gatehouse.app;

import im.gatehouse.config.ListenConfig.ClientListener;
import im.gatehouse.config.ListenConfig.Encryption;
import im.gatehouse.stream.Entrance;
import im.gatehouse.stream.sasl.Certified;
import im.gatehouse.stream.sasl.ChannelBindings;
import im.gatehouse.transport.tcp.TcpListener;
import im.gatehouse.transport.tls.Tls;
import im.gatehouse.transport.tls.TlsSettings;
import im.gatehouse.xml.Namespaces;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Makes of one {@code [[listen.c2s]]} what the transport and the streams need to know. */
final class ClientPort {
    /** How many stanzas wait for a client that does not read: more than a large room says at once to who comes in. */
    static final int MOST_UNWRITTEN = 10_000;

    private ClientPort() {}

    static TcpListener.Terms terms(ClientListener settings, IntSupplier signInBytes, Tls tls) {
        boolean direct = settings.tls() == Encryption.DIRECT;
        return new TcpListener.Terms(
                switch (settings.tls()) {
                    case REQUIRED, OPTIONAL -> TcpListener.Encryption.STARTTLS;
                    case DIRECT -> TcpListener.Encryption.DIRECT;
                    case OFF -> TcpListener.Encryption.NONE;
                },
                settings.proxyProtocol(),
                settings.maxConnectionsPerAddress(),
                signInBytes,
                MOST_UNWRITTEN,
                host -> tls.starting(host, direct, clientCertificate(settings)),
                ClientPort::bindings,
                Namespaces.CLIENT);
    }

    private static TlsSettings.ClientCertificate clientCertificate(ClientListener settings) {
        return switch (settings.clientCertificate()) {
            case NONE -> TlsSettings.ClientCertificate.NONE;
            case OPTIONAL -> TlsSettings.ClientCertificate.OPTIONAL;
            case REQUIRED -> TlsSettings.ClientCertificate.REQUIRED;
        };
    }

    static Entrance entrance(ClientListener settings) {
        boolean required = settings.tls() == Encryption.REQUIRED || settings.tls() == Encryption.DIRECT;
        return new Entrance(required, settings.maxSignIn(), settings.backwardsCompatibleSession());
    }

    /** What ties a sign-in to a TLS connection. */
    static ChannelBindings bindings(SslHandler handler) {
        Map<String, byte[]> data = Tls.channelBindings(handler);
        List<String> types = List.of(ChannelBindings.TLS_EXPORTER, ChannelBindings.TLS_SERVER_END_POINT).stream()
                .filter(data::containsKey)
                .toList();
        Certified certified = Tls.certified(handler)
                .map(names -> new Certified(names.addresses(), names.commonNames()))
                .orElse(Certified.NOBODY);
        return new ChannelBindings() {
            @Override
            public Certified certified() {
                return certified;
            }

            @Override
            public List<String> types() {
                return types;
            }

            @Override
            public Optional<byte[]> data(String type) {
                return Optional.ofNullable(data.get(type));
            }
        };
    }
}
