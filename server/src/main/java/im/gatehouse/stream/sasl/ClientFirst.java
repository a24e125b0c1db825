package im.gatehouse.stream.sasl;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a SCRAM client (RFC 5802 §7, {@code client-first-message}).
 *
 * @param header the GS2 header as it was sent, which the client repeats later
 * @param binding what the client says of channel binding
 * @param authorizationId the address to act as, decoded; null for none
 * @param user the user name, decoded, not prepared
 * @param nonce the client's part of the nonce
 * @param bare all that follows the header, as it was sent
 */
record ClientFirst(
        String header, Binding binding, @Nullable String authorizationId, String user, String nonce, String bare) {

    /** What the client says of channel binding (RFC 5802 §6). */
    sealed interface Binding {
        /** It cannot bind ({@code n}). */
        record Unsupported() implements Binding {}

        /** It could bind, but believes that the server cannot ({@code y}). */
        record BelievedMissing() implements Binding {}

        /** It binds to the channel by this type ({@code p=}). */
        record Used(String type) implements Binding {}
    }

    private static final Pattern BINDING_TYPE = Pattern.compile("[A-Za-z0-9.-]+");

    static ClientFirst parse(String message) throws Refusal {
        int afterFlag = message.indexOf(',');
        int afterAuthzid = afterFlag < 0 ? -1 : message.indexOf(',', afterFlag + 1);
        if (afterAuthzid < 0) {
            throw Refusal.malformed("The message has no GS2 header");
        }
        String bare = message.substring(afterAuthzid + 1);
        ScramAttributes attributes = ScramAttributes.of(bare);
        String user = saslName(attributes.next('n'));
        String nonce = ScramAttributes.printable(attributes.next('r'));
        attributes.skipExtensions();
        return new ClientFirst(
                message.substring(0, afterAuthzid + 1),
                binding(message.substring(0, afterFlag)),
                authorizationId(message.substring(afterFlag + 1, afterAuthzid)),
                user,
                nonce,
                bare);
    }

    private static Binding binding(String flag) throws Refusal {
        if (flag.equals("n")) {
            return new Binding.Unsupported();
        }
        if (flag.equals("y")) {
            return new Binding.BelievedMissing();
        }
        if (flag.startsWith("p=") && BINDING_TYPE.matcher(flag).region(2, flag.length()).matches()) {
            return new Binding.Used(flag.substring(2));
        }
        throw Refusal.malformed("The channel binding flag is none of n, y and p=");
    }

    private static @Nullable String authorizationId(String field) throws Refusal {
        if (field.isEmpty()) {
            return null;
        }
        if (!field.startsWith("a=")) {
            throw Refusal.malformed("The GS2 header holds something other than a=");
        }
        return saslName(field.substring(2));
    }

    /** Decodes a {@code saslname}: a comma is written {@code =2C}, an equals sign {@code =3D}, and nothing else so. */
    private static String saslName(String encoded) throws Refusal {
        if (encoded.isEmpty()) {
            throw Refusal.malformed("A name is empty");
        }
        StringBuilder name = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) != '=') {
                name.append(encoded.charAt(i));
            } else if (encoded.startsWith("=2C", i)) {
                name.append(',');
                i += 2;
            } else if (encoded.startsWith("=3D", i)) {
                name.append('=');
                i += 2;
            } else {
                throw Refusal.malformed("In a name = is followed by neither 2C nor 3D");
            }
        }
        return name.toString();
    }

    /** Tells nobody's name. */
    @Override
    public String toString() {
        return "ClientFirst[" + binding + "]";
    }
}
