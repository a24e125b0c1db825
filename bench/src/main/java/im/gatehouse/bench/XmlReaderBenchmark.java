package im.gatehouse.bench;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlException;
import im.gatehouse.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import javax.xml.stream.XMLStreamException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** How long it takes to read one message of a stream: with the server's reader, and with aalto's async parser. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class XmlReaderBenchmark implements XmlReader.Handler {
    private static final byte[] HEADER = utf8("<stream:stream xmlns='jabber:client' to='example.com' version='1.0'"
            + " xmlns:stream='http://etherx.jabber.org/streams'>");

    /** A chat message of 200 bytes, the same with text that is not ASCII, and one with 2 KiB of text. */
    @Param({"chat", "greek", "long"})
    public String kind = "chat";

    private byte[] message = {};
    private Element last = Element.of("none", "");
    private XmlReader reader = new XmlReader(XmlReader.Limits.AFTER_SIGN_IN, this);
    private AsyncXMLStreamReader<AsyncByteArrayFeeder> aalto = new InputFactoryImpl().createAsyncForByteArray();
    private final Deque<Element.Builder> open = new ArrayDeque<>();

    @Setup
    public void open() throws XmlException, XMLStreamException {
        String text = switch (kind) {
            case "greek" -> "\u03A4\u03B9 \u03BA\u03AC\u03BD\u03B5\u03B9\u03C2;";
            case "long" -> "All the world's a stage, and all the men and women merely players. ".repeat(30);
            default -> "Wherefore art thou Romeo?";
        };
        message = utf8("<message from='juliet@example.com/balcony' to='romeo@example.net' type='chat' id='a1b2c3'>"
                + "<body>" + text + "</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>");
        reader.feed(HEADER);
        aalto.getInputFeeder().feedInput(HEADER, 0, HEADER.length);
        while (aalto.next() != AsyncXMLStreamReader.EVENT_INCOMPLETE) {
            // Only the messages are of interest.
        }
    }

    /** The server's reader, whole messages at a time. */
    @Benchmark
    public Element gatehouse() throws XmlException {
        reader.feed(message);
        return last;
    }

    /** The server's reader, each message in two pieces. */
    @Benchmark
    public Element gatehouseCut() throws XmlException {
        int half = message.length / 2;
        reader.feed(message, 0, half);
        reader.feed(message, half, message.length - half);
        return last;
    }

    /** Aalto, with the same elements made of its events. */
    @Benchmark
    public Element aaltoElements() throws XMLStreamException {
        aalto.getInputFeeder().feedInput(message, 0, message.length);
        int event = aalto.next();
        while (event != AsyncXMLStreamReader.EVENT_INCOMPLETE) {
            switch (event) {
                case AsyncXMLStreamReader.START_ELEMENT -> open.push(startTag());
                case AsyncXMLStreamReader.CHARACTERS -> open.element().text(aalto.getText());
                default -> {
                    Element element = open.pop().build();
                    if (open.isEmpty()) {
                        last = element;
                    } else {
                        open.element().child(element);
                    }
                }
            }
            event = aalto.next();
        }
        return last;
    }

    /** Aalto, with its names, values and texts looked at and no elements made. */
    @Benchmark
    public void aaltoEvents(Blackhole blackhole) throws XMLStreamException {
        aalto.getInputFeeder().feedInput(message, 0, message.length);
        int event = aalto.next();
        while (event != AsyncXMLStreamReader.EVENT_INCOMPLETE) {
            if (event == AsyncXMLStreamReader.CHARACTERS) {
                blackhole.consume(aalto.getText());
            } else {
                blackhole.consume(aalto.getLocalName());
                blackhole.consume(aalto.getNamespaceURI());
            }
            if (event == AsyncXMLStreamReader.START_ELEMENT) {
                for (int i = 0; i < aalto.getAttributeCount(); i++) {
                    blackhole.consume(aalto.getAttributeLocalName(i));
                    blackhole.consume(aalto.getAttributeValue(i));
                }
            }
            event = aalto.next();
        }
    }

    @Override
    public void streamOpened(Element header, String defaultNamespace) {
        last = header;
    }

    @Override
    public void element(Element child) {
        last = child;
    }

    @Override
    public void streamClosed() {}

    private Element.Builder startTag() {
        String namespace = aalto.getNamespaceURI();
        Element.Builder element = Element.builder(aalto.getLocalName(), namespace == null ? "" : namespace);
        for (int i = 0; i < aalto.getAttributeCount(); i++) {
            element.attribute(aalto.getAttributeLocalName(i), aalto.getAttributeValue(i));
        }
        return element;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
