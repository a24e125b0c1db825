package im.gatehouse.xml;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a reader reports. */
class Recorder implements XmlReader.Handler {
    final List<String> events = new ArrayList<>();
    final List<Element> elements = new ArrayList<>();

    @Override
    public void streamOpened(Element header, String defaultNamespace) {
        events.add("opened " + header + " in " + defaultNamespace);
    }

    @Override
    public void element(Element child) {
        events.add("element " + child);
        elements.add(child);
    }

    @Override
    public void streamClosed() {
        events.add("closed");
    }

    /** Feeds pieces one after another, and writes down the error that ends it, if one does. */
    static List<String> eventsOf(XmlReader.Limits limits, byte[]... pieces) {
        Recorder recorder = new Recorder();
        XmlReader reader = new XmlReader(limits, recorder);
        try {
            for (byte[] piece : pieces) {
                reader.feed(piece);
            }
        } catch (XmlException e) {
            recorder.events.add(e.condition().name() + ' ' + e.getMessage());
        }
        return recorder.events;
    }
}
