package im.gatehouse.modules.disco;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.module.Disco.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoInfoTest {
    private static final List<String> FEATURES = List.of(
            "http://jabber.org/protocol/disco#items",
            "http://jabber.org/protocol/caps",
            "http://jabber.org/protocol/muc",
            "http://jabber.org/protocol/disco#info");

    /** The example of XEP-0115 section 5.2. */
    @Test
    void theSimpleExampleOfTheSpecificationHasItsHash() {
        DiscoInfo info = new DiscoInfo(List.of(new Identity("client", "pc", "Exodus 0.9.1")), FEATURES, List.of());

        assertEquals("QgayPKawpkPSDYmwT/WM94uAlu0=", CapsFeature.hash(info.verification()));
    }

    @Test
    void formsAreSortedAndBeginWithTheirType() {
        DataForm form = DataForm.of(
                DataForm.Type.RESULT,
                "urn:xmpp:dataforms:softwareinfo",
                null,
                List.of(
                        Field.of("os", FieldType.TEXT_SINGLE, null, "Mac"),
                        Field.of("ip_version", FieldType.TEXT_MULTI, null, "ipv6", "ipv4")));
        DiscoInfo info = new DiscoInfo(List.of(new Identity("client", "pc", null)), List.of("b", "a"), List.of(form));

        assertEquals(
                "client/pc//<a<b<urn:xmpp:dataforms:softwareinfo<ip_version<ipv4<ipv6<os<Mac<", info.verification());
    }

    @Test
    void aFormWithoutATypeDoesNotCount() {
        DataForm form = new DataForm(
                DataForm.Type.RESULT, null, List.of(), List.of(Field.of("os", FieldType.TEXT_SINGLE, null, "Mac")));

        assertEquals("a<", new DiscoInfo(List.of(), List.of("a"), List.of(form)).verification());
    }
}
