package im.gatehouse.transport.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * Whom a trusted certificate of a client names, as it stands there.
 *
 * @param addresses XMPP addresses: {@code id-on-xmppAddr} in the subject's alternative names (RFC 6120 section
 *     13.7.1.4)
 * @param commonNames of the subject
 */
public record CertifiedNames(List<String> addresses, List<String> commonNames) {
    private static final ASN1ObjectIdentifier XMPP_ADDRESS = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.5");

    public CertifiedNames {
        addresses = List.copyOf(addresses);
        commonNames = List.copyOf(commonNames);
    }

    static CertifiedNames of(X509Certificate certificate) throws CertificateEncodingException {
        X509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
        List<String> addresses = new ArrayList<>();
        GeneralNames names = GeneralNames.fromExtensions(holder.getExtensions(), Extension.subjectAlternativeName);
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                if (name.getTagNo() == GeneralName.otherName) {
                    OtherName other = OtherName.getInstance(name.getName());
                    if (other.getTypeID().equals(XMPP_ADDRESS) && other.getValue() instanceof ASN1String text) {
                        addresses.add(text.getString());
                    }
                }
            }
        }
        List<String> commonNames = new ArrayList<>();
        for (RDN name : holder.getSubject().getRDNs(BCStyle.CN)) {
            commonNames.add(IETFUtils.valueToString(name.getFirst().getValue()));
        }
        return new CertifiedNames(addresses, commonNames);
    }
}
