package im.gatehouse.modules.disco;

import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.StreamFeature;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients by a hash what the server can do, so that those who know the hash need not ask (XEP-0115 section 6.3).
 * Only those who have signed in are told.
 */
final class CapsFeature implements StreamFeature {
    static final String NAMESPACE = "http://jabber.org/protocol/caps";

    private static final String NODE = "https://gatehouse.im";

    private record Offer(String verification, String hash, Element element) {}

    private final Supplier<DiscoInfo> info;

    /** The offer made last: most of the time the server says the same of itself. Racy on purpose. */
    private volatile Offer last;

    /**
     * @param info what the server says of itself at this moment
     */
    CapsFeature(Supplier<DiscoInfo> info) {
        this.info = info;
        this.last = make(info.get().verification());
    }

    /** Whether a node is the one that stands for what the server says of itself now. */
    boolean isCurrent(String node) {
        return node.equals(NODE + '#' + current().hash);
    }

    private Offer current() {
        String verification = info.get().verification();
        Offer offer = last;
        if (!offer.verification.equals(verification)) {
            offer = make(verification);
            last = offer;
        }
        return offer;
    }

    private static Offer make(String verification) {
        String hash = hash(verification);
        Element element = Element.builder("c", NAMESPACE)
                .attribute("hash", "sha-1")
                .attribute("node", NODE)
                .attribute("ver", hash)
                .build();
        return new Offer(verification, hash, element);
    }

    /** The {@code ver} of XEP-0115 section 5.1. */
    static String hash(String verification) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(verification.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        return stream.account() == null ? null : current().element;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return false;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        throw new IllegalStateException("Capabilities are told, and nothing is taken");
    }
}
