package im.gatehouse.session;

import im.gatehouse.xml.Element;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session takes along over a restart of the server, so that its client finds it as it was. Each part of the
 * server packs what it keeps with the session, as an element under a name of its own. For one thread.
 */
public final class Luggage {
    private final Session session;
    private final Map<String, Element> things;

    /**
     * @param things what was packed, by name; empty while it is to be packed
     */
    public Luggage(Session session, Map<String, Element> things) {
        this.session = session;
        this.things = new LinkedHashMap<>(things);
    }

    /** Whose luggage it is. */
    public Session session() {
        return session;
    }

    /**
     * Packs something.
     *
     * @param name the packer's own, such as the name of the module
     */
    public void put(String name, Element thing) {
        things.put(name, thing);
    }

    /** What was packed under a name, or null. */
    public @Nullable Element get(String name) {
        return things.get(name);
    }

    /** All that was packed, by name. */
    public Map<String, Element> things() {
        return Map.copyOf(things);
    }
}
