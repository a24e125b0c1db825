package im.gatehouse.modules.muc;

import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The visiting card of a room, with its picture (XEP-0486).
 *
 * @param hashes of the pictures, by which clients know whether they have them: SHA-1 in hexadecimal, as in XEP-0153
 * @param card the {@code <vCard/>}
 */
record RoomCard(List<String> hashes, Element card) {
    /** Pictures are often broken into lines. */
    private static final Pattern WHITESPACE = Pattern.compile("\\s+");

    /**
     * A card as a client writes it.
     *
     * @throws StanzaException with {@code bad-request} when a picture is not in Base64
     */
    static RoomCard of(Element card) {
        List<String> hashes = new ArrayList<>();
        for (Element photo : card.children("PHOTO", Muc.VCARD)) {
            String picture = photo.childText("BINVAL", Muc.VCARD);
            if (picture != null && !picture.isBlank()) {
                hashes.add(hash(picture));
            }
        }
        return new RoomCard(List.copyOf(hashes), card);
    }

    private static String hash(String picture) {
        try {
            byte[] bytes = Base64.getDecoder().decode(WHITESPACE.matcher(picture).replaceAll(""));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (IllegalArgumentException _) {
            throw new StanzaException(Condition.BAD_REQUEST, "The picture is not in Base64");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-1", e);
        }
    }
}
