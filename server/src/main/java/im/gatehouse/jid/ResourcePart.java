package im.gatehouse.jid;

import rocks.xmpp.precis.PrecisProfiles;

/** Prepares the resource part of an address: the profile OpaqueString (RFC 7622 section 3.4). */
final class ResourcePart {
    private static final String NAME = "the resource";

    private ResourcePart() {}

    /** The prepared form of a resource that is not absent. */
    static String prepare(String text) {
        PartLength.checkUnprepared(text, NAME);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7F) {
                return PartLength.check(Precis.enforce(PrecisProfiles.OPAQUE_STRING, text, NAME), NAME);
            }
        }
        return PartLength.check(text, NAME);
    }
}
