package im.gatehouse.bench;

import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How long it takes to write one message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class XmlWriterBenchmark {
    private final XmlBuffer out = new XmlBuffer();
    private final Element message = Element.builder("message", "jabber:client")
            .attribute("from", "juliet@example.com/balcony")
            .attribute("to", "romeo@example.net")
            .attribute("type", "chat")
            .attribute("id", "a1b2c3")
            .child("body", "Wherefore art thou Romeo?")
            .child(Element.of("active", "http://jabber.org/protocol/chatstates"))
            .build();

    @Benchmark
    public XmlBuffer write() {
        out.clear();
        XmlWriter.write(message, "jabber:client", out);
        return out;
    }
}
