package im.gatehouse.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import im.gatehouse.xml.XmlException.Condition;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class XmlReaderDifferentialTest {
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(1 << 20, 64, 128, 0);

    private final StaxOracle oracle = new StaxOracle();
    private int accepted;
    private int refused;

    @Test
    void everyDocumentIsReadAsTheJdkReadsIt() {
        RandomDocument documents = new RandomDocument(6120);
        for (int i = 0; i < 30_000; i++) {
            compare(documents.document().getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(accepted > 15_000 && refused > 500, accepted + " accepted, " + refused + " refused");
    }

    @Test
    void everySpoiledDocumentIsJudgedAsTheJdkJudgesIt() {
        RandomDocument documents = new RandomDocument(11);
        for (int i = 0; i < 100_000; i++) {
            compare(documents.spoiled(documents.element()));
        }
        assertTrue(accepted > 5_000 && refused > 30_000, accepted + " accepted, " + refused + " refused");
    }

    @Test
    void everyStanzaOfAStreamIsReadAsTheJdkReadsIt() throws XmlException {
        RandomDocument documents = new RandomDocument(7395);
        for (int i = 0; i < 5_000; i++) {
            String stream = "<stream:stream xmlns='jabber:client' xmlns:stream='" + Namespaces.STREAM
                    + "' xmlns:p='urn:p' to='example.com'>" + documents.element() + " \n" + documents.element()
                    + "</stream:stream>";
            byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
            if (oracle.judge(bytes) instanceof StaxOracle.Tree(Element root)) {
                Recorder recorder = new Recorder();
                new XmlReader(LIMITS, recorder).feed(bytes);
                assertEquals(root.children(), recorder.elements, stream);
                accepted++;
            }
        }
        assertTrue(accepted > 1_500, accepted + " accepted");
    }

    private void compare(byte[] bytes) {
        compare(oracle, bytes);
        if (oracle.judge(bytes) instanceof StaxOracle.Tree) {
            accepted++;
        } else {
            refused++;
        }
    }

    /** Fails unless the reader and the JDK agree about a document. */
    static void compare(StaxOracle oracle, byte[] bytes) {
        String document = new String(bytes, StandardCharsets.UTF_8);
        Element read = null;
        Condition condition = null;
        try {
            read = XmlReader.parse(bytes, LIMITS);
        } catch (XmlException e) {
            condition = e.condition();
        }
        switch (oracle.judge(bytes)) {
            case StaxOracle.Tree(Element root) -> {
                if (!root.equals(read)) {
                    fail("the JDK reads " + root + ", we " + (read == null ? condition : read) + ": " + document);
                }
            }
            case StaxOracle.Restricted() -> {
                if (condition != Condition.RESTRICTED_XML) {
                    fail("restricted, but " + (read == null ? condition : read) + ": " + document);
                }
            }
            case StaxOracle.Malformed(String reason) -> {
                if (read != null && !isRefusedForNamesOfFifthEdition(oracle, document)) {
                    fail("the JDK refuses (" + reason + ") what we read as " + read + ": " + document);
                }
            }
        }
    }

    /**
     * The JDK follows the fourth edition of XML 1.0, which allows fewer characters in names: a verdict counts only if
     * it is the same with letters in their place.
     */
    private static boolean isRefusedForNamesOfFifthEdition(StaxOracle oracle, String document) {
        StringBuilder plain = new StringBuilder();
        document.codePoints().forEach(c -> {
            if (c >= 0x80 && XmlCharacters.isNamePart(c)) {
                plain.append('u').append(Integer.toHexString(c));
            } else {
                plain.appendCodePoint(c);
            }
        });
        byte[] bytes = plain.toString().getBytes(StandardCharsets.UTF_8);
        return !(oracle.judge(bytes) instanceof StaxOracle.Malformed);
    }
}
