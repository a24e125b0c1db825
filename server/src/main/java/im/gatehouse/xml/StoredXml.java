package im.gatehouse.xml;

import java.nio.charset.StandardCharsets;

/** Elements as text, the way they lie in a database. */
public final class StoredXml {
    /** What is stored was within the limits of its time, which may have been others. */
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(Integer.MAX_VALUE, 10_000, 10_000, 0);

    private StoredXml() {}

    /** The element as XML that stands for itself. */
    public static String write(Element element) {
        return element.toString();
    }

    /**
     * Reads back what {@link #write} made.
     *
     * @throws IllegalStateException when it is damaged
     */
    public static Element read(String text) {
        try {
            return XmlReader.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS);
        } catch (XmlException e) {
            throw new IllegalStateException("A stored element is damaged", e);
        }
    }
}
