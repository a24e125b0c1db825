package im.gatehouse.app;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.net.ssl.SSLContext;

/** A client that says exactly the bytes that a test gives it. Waits are bounded by a socket timeout of 20 seconds. */
public final class RawClient implements AutoCloseable {
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private final StringBuilder heard = new StringBuilder();

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** A client that has signed in to localhost by PLAIN-less SCRAM is not needed here: this opens the stream alone. */
    public RawClient open(String host) throws IOException {
        send("<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='" + host
                + "' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
        readUntil("</stream:features>");
        return this;
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
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
        while (heard.indexOf(text) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + heard);
            }
            heard.append((char) next);
        }
        int end = heard.indexOf(text) + text.length();
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
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            socket = context.getSocketFactory()
                    .createSocket(socket, "localhost", socket.getPort(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        in = socket.getInputStream();
        out = socket.getOutputStream();
        return this;
    }

    /** Everything until the server closes. */
    public String readToEnd() throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            heard.append((char) next);
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
        send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind></iq>");
        readUntil("</iq>");
        return this;
    }

    /** Goes through SCRAM-SHA-1 up to the last answer, which is left to be read. */
    public void authenticate(String user, String password) throws IOException {
        ScramConversation scram = new ScramConversation(user, password);
        send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>" + encode(scram.first())
                + "</auth>");
        String challenge = readUntil("</challenge>");
        String data = challenge.substring(challenge.indexOf('>') + 1, challenge.indexOf("</challenge>"));
        String serverFirst = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
        send("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + encode(scram.last(serverFirst)) + "</response>");
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
