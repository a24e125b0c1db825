package im.gatehouse.modules.muc;

import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;

/** Reads the stanzas that tests write as text. */
final class Xml {
    private Xml() {}

    /** Reads an element in {@code jabber:client}, with either kind of quotes. */
    static Element parse(String xml) {
        String declared = xml.contains("xmlns='jabber:client'")
                ? xml
                : xml.replaceFirst("<(\\w+)", "<$1 xmlns='jabber:client'");
        try {
            return XmlReader.parse(XmlBuffer.utf8(declared), XmlReader.Limits.AFTER_SIGN_IN);
        } catch (XmlException e) {
            throw new AssertionError(xml, e);
        }
    }
}
