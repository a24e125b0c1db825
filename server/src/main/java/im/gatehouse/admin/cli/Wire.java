package im.gatehouse.admin.cli;

import im.gatehouse.admin.cli.CliException.Exit;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server. It speaks HTTP/1.0 on a socket of its own for each request: Java's HTTP clients take longer to load
 * than a command takes altogether, and one of them repeats a POST that got no answer, which no command survives.
 */
final class Wire {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int SCHEMA_MILLIS = 30_000;
    private static final int TOO_LARGE = 413;
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

    /**
     * What came back.
     *
     * @param answer JSON
     */
    record Reply(int status, Map<?, ?> answer) {}

    private final Endpoint endpoint;

    Wire(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Asks for something that is answered soon. */
    Reply ask(String query) throws CliException {
        return post(Map.of("query", query), JSON, SCHEMA_MILLIS, _ -> {});
    }

    /**
     * Has something done, however long it takes.
     *
     * @param progress takes lines about it meanwhile
     */
    Reply command(String query, Map<String, @Nullable Object> variables, Consumer<String> progress)
            throws CliException {
        return post(Map.of("query", query, "variables", variables), LINES, 0, progress);
    }

    private Reply post(Map<String, Object> request, String accept, int patience, Consumer<String> progress)
            throws CliException {
        boolean asked = false;
        try (Socket socket = connect()) {
            socket.setSoTimeout(patience);
            asked = true;
            socket.getOutputStream().write(bytes(Json.compact(request), accept));
            socket.getOutputStream().flush();
            return read(new BufferedInputStream(socket.getInputStream()), progress);
        } catch (IOException e) {
            throw asked ? brokenOff(e) : unreachable(e);
        } catch (IllegalArgumentException e) {
            throw stranger("something that is no JSON");
        }
    }

    private Socket connect() throws IOException {
        URI base = endpoint.base();
        boolean tls = base.getScheme().equals("https");
        String host = base.getHost().replace("[", "").replace("]", "");
        int port = base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80;
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return tls ? secured(socket, host, port) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket secured(Socket plain, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private byte[] bytes(String json, String accept) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String path = endpoint.base().getRawPath() == null ? "" : endpoint.base().getRawPath();
        StringBuilder head = new StringBuilder();
        head.append("POST ").append(path.replaceAll("/+$", "")).append("/api/graphql HTTP/1.0\r\n");
        head.append("Host: ").append(endpoint.base().getRawAuthority()).append("\r\n");
        head.append("Content-Type: " + JSON + "\r\nAccept: ").append(accept).append("\r\n");
        endpoint.token().ifPresent(token -> head.append("Authorization: Bearer ").append(token).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\nConnection: close\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    // ---- the answer ----

    private Reply read(InputStream in, Consumer<String> progress) throws IOException, CliException {
        String[] start = line(in).split(" ", 3);
        if (start.length < 2 || !start[0].startsWith("HTTP/") || !start[1].matches("\\d{3}")) {
            throw stranger("something that is no HTTP");
        }
        int status = Integer.parseInt(start[1]);
        String type = "";
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String name = header.substring(0, Math.max(0, header.indexOf(':')));
            String value = header.substring(header.indexOf(':') + 1).strip();
            if (name.equalsIgnoreCase("Content-Type")) {
                type = value;
            } else if (name.equalsIgnoreCase("Content-Length")) {
                length = Integer.parseInt(value);
            }
        }
        if (type.startsWith(LINES)) {
            return lines(in, progress);
        }
        byte[] body = length < 0 ? in.readAllBytes() : in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer was cut off");
        }
        if (status == TOO_LARGE) {
            throw new CliException(
                    Exit.ERROR,
                    "The server at " + endpoint.base() + " does not take so much at once" + said(type, body));
        }
        if (!type.startsWith(JSON)) {
            throw stranger("HTTP status " + status + said(type, body));
        }
        return reply(status, Json.read(new String(body, StandardCharsets.UTF_8)));
    }

    /** What a plain answer says in its first line. */
    private static String said(String type, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        return type.startsWith("text/plain") && !text.isEmpty() && text.length() < 200 ? " (" + text + ")" : "";
    }

    private Reply lines(InputStream in, Consumer<String> progress) throws IOException, CliException {
        while (true) {
            if (!(Json.read(line(in)) instanceof Map<?, ?> told)) {
                throw stranger("something that is no answer");
            }
            if (told.get("status") instanceof Number status) {
                return reply(status.intValue(), told.get("answer"));
            }
            progress.accept(String.valueOf(told.get("progress")));
        }
    }

    private Reply reply(int status, @Nullable Object json) throws CliException {
        if (json instanceof Map<?, ?> answer) {
            return new Reply(status, answer);
        }
        throw stranger("something that is no answer");
    }

    /** A line without its end. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("it hung up");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    // ---- what can go wrong ----

    private CliException unreachable(IOException e) {
        return new CliException(
                Exit.UNREACHABLE,
                "Cannot reach the server at " + endpoint.base() + " (" + endpoint.origin() + "): " + reason(e)
                        + ". Is it running?");
    }

    private CliException brokenOff(IOException e) {
        return new CliException(
                Exit.UNREACHABLE,
                "The server at " + endpoint.base() + " broke off before it had answered (" + reason(e)
                        + "); what was asked may have been done or not");
    }

    private CliException stranger(String what) {
        return new CliException(
                Exit.UNREACHABLE, "What is at " + endpoint.base() + " does not administer: it answers " + what);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.net.UnknownHostException _ -> "there is no such host";
            case java.net.SocketTimeoutException _ -> "no answer in time";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
