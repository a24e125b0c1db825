package im.gatehouse.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class XmlReaderCutsTest {
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(4096, 8, 16, 40);
    private static final String HEADER =
            "<?xml version='1.0' encoding=\"utf-8\"?>\n<stream:stream xmlns='jabber:client' xmlns:stream='"
                    + Namespaces.STREAM + "' to='example.com' version='1.0' xml:lang='en'>";

    static List<String> streams() {
        return List.of(
                HEADER + " \r\n<message to='a@b' type=\"chat\"><body>Hi &amp; \u00E9\u20AC\uD83D\uDE00</body>"
                        + "</message>\n<iq/><presence ><show\n/></presence ></stream:stream> ",
                HEADER + "<m a='\r\n\t&#13;&#x1F600;\u00E9' b=''>\r\n\r]]"
                        + "<![CDATA[\r\n]]]><&]]>]&gt;\r<![CDATA[]]>\n</m>",
                HEADER + "<p:m xmlns:p='urn:p' p:a='1' a='2'><a xmlns=''/>"
                        + "<\u00E9t\u00E9 \u03C0='1'></\u00E9t\u00E9></p:m>",
                HEADER + "<a>x]]></a>",
                HEADER + "<a>\u00E9<!-- --></a>",
                HEADER + "<a b='<'/>",
                HEADER + "<a b='1' b='2'/>",
                HEADER + "<a></b>",
                HEADER + "<a>&foo;</a>",
                HEADER + "<a>&#55296;</a>",
                HEADER + "<a/>text",
                HEADER + "<a/>\u00E9",
                HEADER + "<a/><![CDATA[]]>",
                HEADER + "</stream:stream><a/>",
                HEADER + "<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>",
                HEADER + "<a>" + "<b/>".repeat(50) + "</a>",
                HEADER + "<a " + "b".repeat(4090) + "=''/>",
                HEADER + "<a>" + "\u00E9".repeat(2044) + "</a><b/>",
                HEADER + "<a>" + "\u00E9".repeat(2045) + "</a><b/>",
                HEADER + "<a b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9='' c1='' c2='' c3='' c4='' c5=''"
                        + " c6='' c7='' c8=''/>",
                "<?xml version='1.0' encoding='latin1'?><a/>",
                "<?xml version='1.1'?><a/>",
                "<?xml-stylesheet?><a/>",
                "<!DOCTYPE a><a/>",
                "GET / HTTP/1.1\r\n\r\n",
                "  <a/>  ",
                "<stream><a/></stream>");
    }

    @ParameterizedTest
    @MethodSource("streams")
    void everyCutGivesTheSameEvents(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<String> whole = Recorder.eventsOf(LIMITS, bytes);
        assertEquals(whole, Recorder.eventsOf(LIMITS, single(bytes)));
        for (int cut = 0; cut <= bytes.length; cut++) {
            byte[] first = piece(bytes, 0, cut);
            assertEquals(whole, Recorder.eventsOf(LIMITS, first, piece(bytes, cut, bytes.length)), stream);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void everyTwoCutsGiveTheSameEvents(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 600) {
            return;
        }
        List<String> whole = Recorder.eventsOf(LIMITS, bytes);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                assertEquals(
                        whole,
                        Recorder.eventsOf(
                                LIMITS,
                                piece(bytes, 0, first),
                                piece(bytes, first, second),
                                piece(bytes, second, bytes.length)));
            }
        }
    }

    @Test
    void spoiledStreamsGiveTheSameEventsHoweverTheyAreCut() {
        Random random = new Random(42);
        RandomDocument documents = new RandomDocument(42);
        int failed = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = documents.spoiled(HEADER + documents.element() + documents.element() + "</stream:stream>");
            List<String> whole = Recorder.eventsOf(LIMITS, bytes);
            assertEquals(whole, Recorder.eventsOf(LIMITS, single(bytes)));
            assertEquals(whole, Recorder.eventsOf(LIMITS, randomPieces(bytes, random)));
            failed += whole.isEmpty() || !whole.getLast().equals("closed") ? 1 : 0;
        }
        assertTrue(failed > 1_000);
    }

    private static byte[][] single(byte[] bytes) {
        byte[][] pieces = new byte[bytes.length][];
        Arrays.setAll(pieces, i -> new byte[] {bytes[i]});
        return pieces;
    }

    private static byte[][] randomPieces(byte[] bytes, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + random.nextInt(20));
            pieces.add(piece(bytes, at, end));
            at = end;
        }
        return pieces.toArray(byte[][]::new);
    }

    private static byte[] piece(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
