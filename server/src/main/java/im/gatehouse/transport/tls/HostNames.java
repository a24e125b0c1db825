package im.gatehouse.transport.tls;

import com.ibm.icu.text.IDNA;
import java.util.Locale;

/** Brings host names from configuration, certificates and clients into the one form in which they are compared. */
final class HostNames {
    private static final IDNA IDNA_2008 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII);

    private HostNames() {
    }

    /** The name in lower case, in ASCII (A-labels) and without a dot at its end; a leading {@code *.} stays. */
    static String normal(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (name.chars().allMatch(c -> c < 128)) {
            return name.toLowerCase(Locale.ROOT);
        }
        StringBuilder ascii = new StringBuilder();
        IDNA_2008.nameToASCII(name, ascii, new IDNA.Info());
        return ascii.toString();
    }

    /** The wildcard that covers a name: {@code *.example.org} for {@code chat.example.org} (RFC 6125 §6.4.3). */
    static String wildcard(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : "*" + name.substring(dot);
    }
}
