package im.gatehouse.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A program that stands for a domain (XEP-0114), and says exactly what a test gives it. */
final class RawComponent implements AutoCloseable {
    private final RawClient wire;
    private final String id;

    /** Opens a stream, whose header the server has answered. */
    RawComponent(RunningServer running, String domain) throws IOException {
        wire = new RawClient(running.server().componentAddress().orElseThrow().getPort());
        wire.send("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
                + "xmlns:stream='http://etherx.jabber.org/streams' to='" + domain + "'>");
        String header = wire.readUntil("?>") + wire.readUntil(">");
        id = header.replaceFirst("(?s).* id='([^']*)'.*", "$1");
    }

    /** Proves that it knows a secret. */
    RawComponent shakeHands(String secret) throws IOException {
        wire.send("<handshake>" + proof(secret) + "</handshake>");
        return this;
    }

    /** A component that is known. */
    static RawComponent connect(RunningServer running, String domain, String secret) throws IOException {
        RawComponent component = new RawComponent(running, domain).shakeHands(secret);
        component.wire.readUntil("<handshake/>");
        return component;
    }

    String proof(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest((id + secret).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    RawClient wire() {
        return wire;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
