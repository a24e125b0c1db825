package im.gatehouse.transport.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.internal.tcnative.KeyLogCallback;
import io.netty.internal.tcnative.SSLContext;
import java.lang.invoke.MethodHandles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes BoringSSL tell the secrets of its handshakes, of which {@link ExporterBinding} takes the one that binds a
 * sign-in. Netty has no other way to it: its engine does not export keys, and the address that the callback needs is
 * a field for its subclasses, all of which are final. Where the field cannot be read (another Netty, or one inside a
 * module that is closed), connections do without {@code tls-exporter}, and all else stays.
 */
final class KeyLog {
    private static final Logger log = LoggerFactory.getLogger(KeyLog.class);

    private KeyLog() {
    }

    static void listen(ReferenceCountedOpenSslContext context, KeyLogCallback callback) {
        Class<?> owner = ReferenceCountedOpenSslContext.class;
        try {
            long address = (long) MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .unreflectVarHandle(owner.getDeclaredField("ctx"))
                    .get(context);
            SSLContext.setKeyLogCallback(address, callback);
        } catch (ReflectiveOperationException e) {
            log.info("The channel binding tls-exporter is not offered, since this Netty hides its BoringSSL: {}",
                    e.toString());
        }
    }
}
