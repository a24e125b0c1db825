package im.gatehouse.transport.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads from a client's first TLS message (RFC 8446 §4.1.2) what must be known before an engine sees it. */
final class ClientHello {
    private static final int VERSION_AND_RANDOM = 34;
    private static final int ALPN_EXTENSION = 16;

    private ClientHello() {
    }

    /**
     * The application protocols that the client offers (RFC 7301); empty when it offers none or when the message is
     * damaged, about which the engine will complain.
     *
     * @param hello the message without its header; its reader index stays where it is
     */
    static List<String> protocols(ByteBuf hello) {
        try {
            ByteBuf in = hello.slice();
            in.skipBytes(VERSION_AND_RANDOM);
            in.skipBytes(in.readUnsignedByte());
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf extension = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN_EXTENSION) {
                    return names(extension.readSlice(extension.readUnsignedShort()));
                }
            }
            return List.of();
        } catch (IndexOutOfBoundsException e) {
            return List.of();
        }
    }

    private static List<String> names(ByteBuf in) {
        List<String> names = new ArrayList<>();
        while (in.isReadable()) {
            names.add(in.readString(in.readUnsignedByte(), StandardCharsets.US_ASCII));
        }
        return names;
    }
}
