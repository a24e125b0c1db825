package im.gatehouse.modules.caps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.xml.StoredXml;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapsAnswerTest {
    /** The example of XEP-0115 section 5.3. */
    private static final String COMPLEX = """
            <query xmlns='http://jabber.org/protocol/disco#info' node='http://psi-im.org#q07IKJEyjvHSyhy//CH0CxmKi8w='>\
            <identity xml:lang='en' category='client' name='Psi 0.11' type='pc'/>\
            <identity xml:lang='el' category='client' name='Ψ 0.11' type='pc'/>\
            <feature var='http://jabber.org/protocol/caps'/>\
            <feature var='http://jabber.org/protocol/disco#info'/>\
            <feature var='http://jabber.org/protocol/disco#items'/>\
            <feature var='http://jabber.org/protocol/muc'/>\
            <x xmlns='jabber:x:data' type='result'>\
            <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:dataforms:softwareinfo</value></field>\
            <field var='ip_version'><value>ipv4</value><value>ipv6</value></field>\
            <field var='os'><value>Mac</value></field><field var='os_version'><value>10.5.1</value></field>\
            <field var='software'><value>Psi</value></field>\
            <field var='software_version'><value>0.11</value></field></x></query>""";

    private static CapsAnswer answer(String xml) {
        return new CapsAnswer(StoredXml.read(xml));
    }

    @Test
    void theExampleOfTheSpecificationKeepsItsPromise() {
        CapsAnswer answer = answer(COMPLEX);
        assertTrue(answer.keeps(new CapsId("sha-1", "http://psi-im.org", "q07IKJEyjvHSyhy//CH0CxmKi8w=")));
        assertEquals(4, answer.features().size());
    }

    @Test
    void anythingElseThanWasPromisedIsNotBelieved() {
        CapsId promised = new CapsId("sha-1", "http://psi-im.org", "q07IKJEyjvHSyhy//CH0CxmKi8w=");
        assertFalse(answer(COMPLEX.replace("protocol/muc", "protocol/muc+notify")).keeps(promised));
        assertFalse(answer(COMPLEX).keeps(new CapsId("md5", promised.node(), promised.ver())));
        assertFalse(answer(COMPLEX).keeps(new CapsId(null, promised.node(), promised.ver())));
    }

    @Test
    void anAnswerThatSaysAThingTwiceIsIllFormed() {
        String feature = "<feature var='http://jabber.org/protocol/muc'/>";
        assertEquals(Optional.empty(), answer(COMPLEX.replace(feature, feature + feature)).verification());
        String form = COMPLEX.substring(COMPLEX.indexOf("<x "), COMPLEX.indexOf("</query>"));
        assertEquals(Optional.empty(), answer(COMPLEX.replace(form, form + form)).verification());
    }
}
