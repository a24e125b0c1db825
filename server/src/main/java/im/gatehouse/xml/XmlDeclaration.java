package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the XML declaration that may open a stream: XML 1.0 in UTF-8. */
final class XmlDeclaration {
    /** What stands between {@code <?xml} and {@code >}. */
    private static final Pattern PATTERN = Pattern.compile("""
            \\s++version\\s*+=\\s*+(?:'1\\.0'|"1\\.0")\
            (?:\\s++encoding\\s*+=\\s*+(?:'([A-Za-z][A-Za-z0-9._-]*+)'|"([A-Za-z][A-Za-z0-9._-]*+)"))?\
            (?:\\s++standalone\\s*+=\\s*+(?:'(?:yes|no)'|"(?:yes|no)"))?\
            \\s*+\\?""");

    private XmlDeclaration() {}

    /** Refuses what is no declaration, or names another encoding. */
    static void check(String inside) throws XmlException {
        Matcher declaration = PATTERN.matcher(inside);
        if (!declaration.matches()) {
            throw new XmlException(Condition.NOT_WELL_FORMED, "the XML declaration");
        }
        String encoding = declaration.group(1) == null ? declaration.group(2) : declaration.group(1);
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
            throw new XmlException(Condition.UNSUPPORTED_ENCODING, "another encoding than UTF-8");
        }
    }
}
