package im.gatehouse.app;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * A WebSocket frame by frame, as a test wants it (RFC 6455): the stream out makes a text message of each write, the
 * stream in is what stands in the server's messages, one behind the other, up to its frame of closing.
 */
final class WebSocketWire {
    static final int TEXT = 1;
    static final int CONTINUATION = 0;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    /** A frame from the server. */
    record Frame(int opcode, byte[] content) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(content).getShort() & 0xFFFF;
        }
    }

    private final Socket socket;
    private final InputStream rawIn;
    private final OutputStream rawOut;
    private final String answer;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private int closeCode;

    private WebSocketWire(Socket socket, Map<String, String> headers) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(60_000);
        rawIn = socket.getInputStream();
        rawOut = socket.getOutputStream();
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "Host", "localhost",
                "Connection", "keep-alive, Upgrade",
                "Upgrade", "websocket",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol", "xmpp"));
        all.putAll(headers);
        StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\n");
        all.forEach((name, value) -> request.append(value.isEmpty() ? "" : name + ": " + value + "\r\n"));
        rawOut.write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        rawOut.flush();
        answer = head();
    }

    /** Asks for a WebSocket; an empty header is left out. */
    static WebSocketWire open(int port, Map<String, String> headers) throws IOException {
        return new WebSocketWire(new Socket(InetAddress.getLoopbackAddress(), port), headers);
    }

    /** Asks for one over TLS, whatever the server's certificate. */
    static WebSocketWire openEncrypted(int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
            return new WebSocketWire(
                    context.getSocketFactory().createSocket(plain, "localhost", port, true), Map.of());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = rawIn.read();
            if (next < 0) {
                throw new EOFException("closed after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** The head of the server's answer. */
    String answer() {
        return answer;
    }

    Socket socket() {
        return socket;
    }

    /** The code of the frame of closing that came. */
    int closeCode() {
        return closeCode;
    }

    WebSocketWire send(int opcode, boolean last, String text) throws IOException {
        return send(opcode, last, text.getBytes(StandardCharsets.UTF_8));
    }

    WebSocketWire send(int opcode, boolean last, byte[] content) throws IOException {
        rawOut.write(frame(opcode, last, content));
        rawOut.flush();
        return this;
    }

    /** Bytes as they are, which may be no frame. */
    WebSocketWire sendRaw(byte[] bytes) throws IOException {
        rawOut.write(bytes);
        rawOut.flush();
        return this;
    }

    /** A frame as a client sends it, masked. */
    static byte[] frame(int opcode, boolean last, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((last ? 0x80 : 0) | opcode);
        if (content.length < 126) {
            frame.write(0x80 | content.length);
        } else if (content.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) content.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(content.length).array());
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < content.length; i++) {
            frame.write(content[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    /** The next frame from the server, which must be whole and unmasked. */
    Frame next() throws IOException {
        int start = required();
        int length = required();
        if ((start & 0xF0) != 0x80 || length > 127) {
            throw new IOException("a cut or masked frame: " + start + ' ' + length);
        }
        long size = length < 126 ? length : number(length == 126 ? 2 : 8);
        return new Frame(start & 0x0F, rawIn.readNBytes(Math.toIntExact(size)));
    }

    private long number(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | required();
        }
        return number;
    }

    private int required() throws IOException {
        int next = rawIn.read();
        if (next < 0) {
            throw new EOFException("closed");
        }
        return next;
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(TEXT, true, new String(bytes, offset, length, StandardCharsets.UTF_8));
            }
        };
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return fill() ? current.get() & 0xFF : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (!fill()) {
                    return -1;
                }
                int taken = Math.min(length, current.remaining());
                current.get(bytes, offset, taken);
                return taken;
            }
        };
    }

    private boolean fill() throws IOException {
        while (!current.hasRemaining()) {
            if (closeCode != 0) {
                return false;
            }
            Frame frame = next();
            switch (frame.opcode) {
                case TEXT -> current = ByteBuffer.wrap(frame.content);
                case CLOSE -> closeCode = frame.closeCode();
                case PING -> send(PONG, true, frame.content);
                default -> throw new IOException("unexpected frame " + frame.opcode);
            }
        }
        return true;
    }
}
