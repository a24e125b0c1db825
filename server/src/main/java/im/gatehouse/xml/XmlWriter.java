package im.gatehouse.xml;

/** Writes elements as restricted XML in UTF-8. */
public final class XmlWriter {
    private XmlWriter() {}

    static String toString(Element element) {
        return "<" + element.name() + "/>";
    }
}
