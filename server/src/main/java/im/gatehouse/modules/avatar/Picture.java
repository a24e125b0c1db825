package im.gatehouse.modules.avatar;

import im.gatehouse.modules.vcard.VCards;
import im.gatehouse.xml.Element;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A picture of somebody.
 *
 * @param type its media type, such as {@code image/png}
 * @param base64 its bytes, without white space
 * @param size how many bytes it has
 * @param hash the SHA-1 of its bytes in lower-case hexadecimal, its id (XEP-0084 section 4.1)
 */
record Picture(String type, String base64, int size, String hash) {
    static final String DATA = "urn:xmpp:avatar:data";
    static final String METADATA = "urn:xmpp:avatar:metadata";

    private static final String PHOTO = "PHOTO";
    private static final String UNKNOWN_TYPE = "image/png";

    /** A picture from its bytes in Base64; null where they are none. */
    static @Nullable Picture of(@Nullable String type, @Nullable String base64) {
        if (base64 == null) {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return null;
        }
        String known = type == null || type.isBlank() ? UNKNOWN_TYPE : type.strip();
        return bytes.length == 0
                ? null
                : new Picture(known, Base64.getEncoder().encodeToString(bytes), bytes.length, sha1(bytes));
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }

    // --- on a visiting card (XEP-0153) ---

    /** The picture on a card, or null. */
    static @Nullable Picture of(@Nullable Element card) {
        Element photo = card == null ? null : card.child(PHOTO, VCards.NAMESPACE);
        return photo == null
                ? null
                : of(photo.childText("TYPE", VCards.NAMESPACE), photo.childText("BINVAL", VCards.NAMESPACE));
    }

    /** A card with another picture, or with none. */
    static Element on(Element card, @Nullable Picture picture) {
        Picture present = of(card);
        if (present == null ? picture == null : picture != null && present.hash().equals(picture.hash())) {
            return card;
        }
        Element bare = card.without(child -> child.is(PHOTO, VCards.NAMESPACE));
        return picture == null
                ? bare
                : bare.with(Element.builder(PHOTO, VCards.NAMESPACE)
                        .child("TYPE", picture.type())
                        .child("BINVAL", picture.base64())
                        .build());
    }

    // --- as it is published (XEP-0084) ---

    Element data() {
        return Element.of("data", DATA, base64);
    }

    Element metadata() {
        return Element.builder("metadata", METADATA)
                .child(Element.builder("info", METADATA)
                        .attribute("bytes", Integer.toString(size))
                        .attribute("id", hash)
                        .attribute("type", type)
                        .build())
                .build();
    }
}
