package im.gatehouse.app;

import im.gatehouse.stream.sasl.MechanismName;
import java.io.IOException;

/**
 * Every way in on which a blocked user must be stopped, with one client of each kind. A new transport, and a new way to
 * sign in or to come back, is a line here. That each listener stops each mechanism is {@link EveryEntranceTest}'s.
 */
enum WayIn {
    STARTTLS_SCRAM(WayIn::startTls, MechanismName.SCRAM_SHA_256_PLUS),
    STARTTLS_PLAIN(WayIn::startTls, MechanismName.PLAIN),
    DIRECT_TLS_SCRAM(WayIn::directTls, MechanismName.SCRAM_SHA_1),
    DIRECT_TLS_PLAIN(WayIn::directTls, MechanismName.PLAIN);

    /** The listeners that they need, in the order in which they are looked for. */
    static final String LISTENERS = """
            [[listen.c2s]]
            port = 0
            tls = "required"
            [[listen.c2s]]
            port = 0
            tls = "direct"
            """;

    /** Opens a stream on which it only remains to sign in. */
    private interface Door {
        RawClient open(RunningServer running) throws IOException;
    }

    /**
     * Somebody who has tried to come in.
     *
     * @param answer to their sign-in when it was refused, or to the binding of their resource
     */
    record Visit(RawClient client, String answer) implements AutoCloseable {
        boolean isIn() {
            return answer.startsWith("<iq ") && answer.contains("<jid>");
        }

        /** What the server says until it closes. */
        String theEnd() throws IOException {
            return client.readToEnd();
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private final Door door;
    private final MechanismName mechanism;

    WayIn(Door door, MechanismName mechanism) {
        this.door = door;
        this.mechanism = mechanism;
    }

    /** Tries to come in as a user of localhost, whose password is {@code secret}. */
    Visit visit(RunningServer running, String user) throws IOException {
        return visit(running, user, "secret");
    }

    Visit visit(RunningServer running, String user, String password) throws IOException {
        RawClient client = door.open(running);
        String answer = client.authenticate(mechanism, user, password).readElement();
        if (!answer.startsWith("<success ")) {
            return new Visit(client, answer);
        }
        client.features("localhost");
        client.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        return new Visit(client, client.readElement());
    }

    private static RawClient startTls(RunningServer running) throws IOException {
        RawClient client = new RawClient(running.server().clientAddresses().getFirst().getPort());
        client.open("localhost").send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        client.readElement();
        return client.encrypt().open("localhost");
    }

    private static RawClient directTls(RunningServer running) throws IOException {
        return new RawClient(running.server().clientAddresses().getLast().getPort()).encrypt().open("localhost");
    }
}
