package im.gatehouse.modules.register;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.modules.invites.Invitation;
import im.gatehouse.stream.ClientStream;
import java.util.Optional;

/** Which invitation was shown on which stream, for as long as the stream lives. Safe from any thread. */
final class ShownInvitations {
    /** Streams on which nobody has signed in live for a short time only; there are never more. */
    private static final int MOST = 100_000;

    private final Cache<ClientStream, Invitation> shown =
            Caffeine.newBuilder().weakKeys().maximumSize(MOST).build();

    void remember(ClientStream stream, Invitation invitation) {
        shown.put(stream, invitation);
    }

    Optional<Invitation> on(ClientStream stream) {
        return Optional.ofNullable(shown.getIfPresent(stream));
    }
}
