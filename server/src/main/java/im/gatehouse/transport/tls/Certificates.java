package im.gatehouse.transport.tls;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The certificates of one reading of the files, and which of them a client gets. Immutable. */
final class Certificates {
    private final ServerContext general;
    private final Map<String, ServerContext> configured = new LinkedHashMap<>();

    /** By the names in the certificates themselves, wildcards among them. */
    private final Map<String, ServerContext> certified = new HashMap<>();

    private Certificates(ServerContext general) {
        this.general = general;
    }

    /**
     * Reads all files.
     *
     * @throws TlsException when one of them cannot be used; then nothing is kept
     */
    static Certificates read(TlsSettings settings, InstantSource clock) throws TlsException {
        ClientCertificates clients = ClientCertificates.read(settings, clock);
        Identity generalIdentity = PemFiles.read(settings.certificate(), settings.key());
        Map<String, Identity> identities = new LinkedHashMap<>();
        for (var host : settings.hosts().entrySet()) {
            identities.put(HostNames.normal(host.getKey()),
                    PemFiles.read(host.getValue().certificate(), host.getValue().key()));
        }
        List<ServerContext> made = new ArrayList<>();
        try {
            made.add(new ServerContext(generalIdentity, settings.engine(), clients));
            Certificates certificates = new Certificates(made.getFirst());
            for (var identity : identities.entrySet()) {
                made.add(new ServerContext(identity.getValue(), settings.engine(), clients));
                certificates.configured.put(identity.getKey(), made.getLast());
            }
            certificates.index(made);
            return certificates;
        } catch (TlsException | RuntimeException e) {
            made.forEach(ServerContext::release);
            throw e;
        }
    }

    /** The single hosts' certificates come before the general one. */
    private void index(List<ServerContext> made) {
        for (ServerContext context : made.reversed()) {
            context.identity().names().forEach(name -> {
                if (context == general) {
                    certified.putIfAbsent(name, context);
                } else {
                    certified.put(name, context);
                }
            });
        }
    }

    /**
     * The certificate for a client.
     *
     * @param asked the name in the client's hello; null for none
     * @param defaultHost the host that the client's stream or the listener names
     */
    ServerContext pick(@Nullable String asked, String defaultHost) {
        ServerContext found = asked == null ? null : find(HostNames.normal(asked));
        if (found == null) {
            found = find(HostNames.normal(defaultHost));
        }
        return found == null ? general : found;
    }

    private @Nullable ServerContext find(String name) {
        String wildcard = HostNames.wildcard(name);
        for (Map<String, ServerContext> names : List.of(configured, certified)) {
            ServerContext exact = names.get(name);
            ServerContext found = exact == null ? names.get(wildcard) : exact;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    Map<String, ServerContext> configured() {
        return configured;
    }

    ServerContext general() {
        return general;
    }

    void release() {
        general.release();
        configured.values().forEach(ServerContext::release);
    }
}
