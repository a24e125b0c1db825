package im.gatehouse.app;

import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.TokenMechanism;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.HashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says exactly the bytes that a test gives it. Waits are bounded by a socket timeout of a minute. */
public final class RawClient implements AutoCloseable {
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final StringBuilder heard = new StringBuilder();
    private boolean framed;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A client on a connection that another class has made: what it says and hears is an element each. */
    RawClient(WebSocketWire wire) {
        socket = wire.socket();
        in = wire.in();
        out = wire.out();
        framed = true;
    }

    /** A client that has signed in to localhost by PLAIN-less SCRAM is not needed here: this opens the stream alone. */
    public RawClient open(String host) throws IOException {
        features(host);
        return this;
    }

    /** Opens a stream and answers what the server offers on it. */
    public String features(String host) throws IOException {
        send(framed
                ? "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + host + "' version='1.0'/>"
                : "<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='" + host
                        + "' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
        return readUntil("</stream:features>");
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends a stanza, and says of which namespace it is where that does not follow from the stream. */
    public RawClient stanza(String text) throws IOException {
        return send(framed ? text.replaceFirst("^<([a-z]+)", "<$1 xmlns='jabber:client'") : text);
    }

    /** Sends what the server may have stopped listening to. */
    public RawClient sendBravely(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException _) {
            // The server has heard enough and closed: what it said before is still to be read.
        }
        return this;
    }

    /** Everything that came since the last call, up to and including the text. */
    public String readUntil(String text) throws IOException {
        int start = heard.indexOf(text);
        while (start < 0) {
            int searched = Math.max(0, heard.length() - text.length());
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + heard);
            }
            heard.append((char) next);
            start = heard.indexOf(text, searched);
        }
        int end = start + text.length();
        String part = heard.substring(0, end);
        heard.delete(0, end);
        return part;
    }

    /** Everything up to the text and perhaps more, read in large pieces. For much that comes at once. */
    public String readMuchUntil(String text) throws IOException {
        byte[] piece = new byte[1 << 16];
        int searched = 0;
        while (heard.indexOf(text, searched) < 0) {
            searched = Math.max(0, heard.length() - text.length());
            int length = in.read(piece);
            if (length < 0) {
                throw new IOException("closed after " + heard.length() + " characters");
            }
            heard.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        }
        String all = heard.toString();
        heard.setLength(0);
        return all;
    }

    /** Begins TLS, whatever the server's certificate, once the server has said to proceed. */
    public RawClient encrypt() throws IOException {
        return encrypt(new KeyManager[0]);
    }

    /** As {@link #encrypt()}, with what it takes to show a certificate of the client's own. */
    RawClient encrypt(KeyManager[] managers) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            socket = context.getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        return this;
    }

    /** Everything until the server closes. */
    public String readToEnd() throws IOException {
        byte[] piece = new byte[1 << 16]; // quickly, for who has been told goodbye has some seconds to hear it
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            heard.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        }
        String all = heard.toString();
        heard.setLength(0);
        return all;
    }

    /** Signs in by SCRAM-SHA-1 and binds a resource, on a listener without TLS. */
    public RawClient signIn(String user, String resource) throws IOException {
        return signIn(user, "localhost", resource);
    }

    public RawClient signIn(String user, String host, String resource) throws IOException {
        open(host);
        authenticate(user, "secret");
        String answer = readUntil(">");
        if (!answer.startsWith("<success")) {
            throw new IOException("refused: " + answer);
        }
        if (!answer.endsWith("/>")) {
            readUntil("</success>");
        }
        open(host);
        stanza("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind></iq>");
        readUntil("</iq>");
        return this;
    }

    /** Goes through SCRAM-SHA-1 up to the last answer, which is left to be read. */
    public void authenticate(String user, String password) throws IOException {
        authenticate(MechanismName.SCRAM_SHA_1, user, password);
    }

    /** How a sign-in is put into XML. */
    enum Profile {
        /** That of RFC 6120. */
        SASL("urn:ietf:params:xml:ns:xmpp-sasl"),
        /** That of XEP-0388. */
        SASL2("urn:xmpp:sasl:2");

        private final String namespace;

        Profile(String namespace) {
            this.namespace = namespace;
        }

        private String begin(String mechanism, String message, String more) {
            return switch (this) {
                case SASL -> "<auth xmlns='" + namespace + "' mechanism='" + mechanism + "'>" + message + "</auth>";
                case SASL2 -> "<authenticate xmlns='" + namespace + "' mechanism='" + mechanism
                        + "'><initial-response>" + message + "</initial-response>" + more + "</authenticate>";
            };
        }
    }

    /** Signs in as the mechanism wants it. A new mechanism does not compile until it is known here. */
    public RawClient authenticate(MechanismName mechanism, String user, String password) throws IOException {
        return authenticate(Profile.SASL, mechanism, user, password, "");
    }

    /**
     * Signs in by XEP-0388, up to the last answer, which is left to be read.
     *
     * @param more what else {@code <authenticate/>} holds
     */
    RawClient authenticate2(MechanismName mechanism, String user, String password, String more) throws IOException {
        return authenticate(Profile.SASL2, mechanism, user, password, more);
    }

    RawClient authenticate(Profile profile, MechanismName mechanism, String user, String password, String more)
            throws IOException {
        String name = mechanism.registered();
        switch (mechanism) {
            case SCRAM_SHA_512_PLUS, SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS ->
                converse(
                        profile,
                        name,
                        new ScramConversation(mechanism, endPoint(), user, password, new HashMap<>()),
                        more);
            case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 ->
                converse(
                        profile,
                        name,
                        new ScramConversation(mechanism, new byte[0], user, password, new HashMap<>()),
                        more);
            case EXTERNAL -> send(profile.begin(name, "=", more));
            case ANONYMOUS -> send(profile.begin(name, "", more));
            case PLAIN -> send(profile.begin(name, encode("\0" + user + "\0" + password), more));
        }
        return this;
    }

    private void converse(Profile profile, String mechanism, ScramConversation scram, String more) throws IOException {
        send(profile.begin(mechanism, encode(scram.first()), more));
        if (!nextName().equals("challenge")) {
            return; // refused at once: the answer is left to be read
        }
        String challenge = readUntil("</challenge>");
        String data = challenge.substring(challenge.indexOf('>') + 1, challenge.indexOf("</challenge>"));
        String serverFirst = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        send("<response xmlns='" + profile.namespace + "'>" + encode(scram.last(serverFirst)) + "</response>");
    }

    /** The name of the element that comes next, which is left to be read. */
    private String nextName() throws IOException {
        String start = readUntil(">");
        heard.insert(0, start);
        return start.substring(start.lastIndexOf('<') + 1).split("[ />]")[0];
    }

    /** The next element that has no element of its own name within, whole. */
    public String readElement() throws IOException {
        String start = readUntil(">");
        if (start.endsWith("/>")) {
            return start;
        }
        String name = start.substring(start.lastIndexOf('<') + 1).split("[ />]")[0];
        return start + readUntil("</" + name + ">");
    }

    /** The server's {@code tls-server-end-point} (RFC 5929 section 4), whose certificate is signed with SHA-256. */
    private byte[] endPoint() throws IOException {
        try {
            Certificate certificate = ((SSLSocket) socket).getSession().getPeerCertificates()[0];
            return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** What a sign-in by a token is bound to on this connection. */
    byte[] channel(TokenMechanism mechanism) throws IOException {
        return switch (mechanism) {
            case HT_SHA_256_EXPR -> {
                var session = (ExtendedSSLSession) ((SSLSocket) socket).getSession();
                yield session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
            }
            case HT_SHA_256_ENDP -> endPoint();
            case HT_SHA_256_NONE -> new byte[0];
        };
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
