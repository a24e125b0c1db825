package im.gatehouse.modules.invites;

import im.gatehouse.jid.Jid;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is handed on to who is invited. Only this holds the secret; the server keeps its digest.
 *
 * @param invitation what it allows
 * @param token the secret
 */
record Letter(Invitation invitation, String token) {
    private static final String UNRESERVED = "-._~";

    /** The address that a client opens (XEP-0379 section 3.2, XEP-0401 section 5.1, XEP-0445 section 2). */
    String uri() {
        Jid whom = invitation
                .inviter()
                .filter(_ -> invitation.kind().makesContacts())
                .orElseGet(() -> invitation.username().isEmpty()
                        ? Jid.ofDomain(invitation.domain())
                        : Jid.of(invitation.username(), invitation.domain()));
        String address = whom.hasLocal()
                ? escaped(whom.local(), "") + '@' + escaped(whom.domain(), "[]:")
                : escaped(whom.domain(), "[]:");
        return switch (invitation.kind()) {
            case CONTACT -> "xmpp:" + address + "?roster;preauth=" + token;
            case CONTACT_OR_ACCOUNT -> "xmpp:" + address + "?roster;preauth=" + token + ";ibr=y";
            case ACCOUNT -> "xmpp:" + address + "?register;preauth=" + token;
        };
    }

    /** The page for people, where one is configured. */
    Optional<String> landingPage(Optional<String> template) {
        return template.map(page -> page.replace("{token}", token).replace("{uri}", escaped(uri(), "")));
    }

    /** A part of a URI (RFC 5122 section 2.2, where everything but what is unreserved may be escaped). */
    private static String escaped(String text, String alsoFree) {
        StringBuilder escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) octet;
            boolean free = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (free || UNRESERVED.indexOf(c) >= 0 || alsoFree.indexOf(c) >= 0) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return escaped.toString();
    }

    /** Leaves out the secret. */
    @Override
    public String toString() {
        return "Letter[" + invitation + "]";
    }
}
