package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The hats of a room and who wears them: titles that its admins give to people (XEP-0317). A value that never changes.
 *
 * @param known the hats by their URIs, in the order in which they were made
 * @param worn the URIs of the hats that somebody wears, by bare address
 */
record Hats(Map<String, Hat> known, Map<Jid, List<String>> worn) {
    static final Hats NONE = new Hats(Map.of(), Map.of());

    private static final int MOST_HATS = 100;
    private static final int MOST_OF_ONE = 20;
    private static final int MOST_WEARERS = 1_000;

    /**
     * A hat.
     *
     * @param uri by which programs know it
     * @param title by which people do
     * @param hue its colour as an angle in degrees, or null
     */
    record Hat(String uri, String title, @Nullable String hue) {}

    Hats {
        known = Collections.unmodifiableMap(new LinkedHashMap<>(known));
        worn = Collections.unmodifiableMap(new LinkedHashMap<>(worn));
    }

    /**
     * With one hat more, or with another title for one that there is.
     *
     * @throws StanzaException with {@code resource-constraint} when there are 100
     */
    Hats with(Hat hat) {
        if (!known.containsKey(hat.uri) && known.size() >= MOST_HATS) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "A room has at most " + MOST_HATS + " hats");
        }
        Map<String, Hat> more = new LinkedHashMap<>(known);
        more.put(hat.uri, hat);
        return new Hats(more, worn);
    }

    /** Without a hat: nobody wears it any longer. */
    Hats without(String uri) {
        Map<String, Hat> fewer = new LinkedHashMap<>(known);
        fewer.remove(uri);
        Hats left = this;
        for (Jid wearer : worn.keySet()) {
            left = left.takenFrom(wearer, uri);
        }
        return new Hats(fewer, left.worn);
    }

    /**
     * With a hat on somebody's head.
     *
     * @throws StanzaException with {@code resource-constraint} when too many wear hats, or they wear too many
     */
    Hats givenTo(Jid wearer, String uri) {
        List<String> present = worn.getOrDefault(wearer, List.of());
        if (present.contains(uri)) {
            return this;
        }
        if (present.size() >= MOST_OF_ONE || present.isEmpty() && worn.size() >= MOST_WEARERS) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "So many hats are not worn at a time");
        }
        List<String> more = new ArrayList<>(present);
        more.add(uri);
        return wearing(wearer, more);
    }

    /** With a hat off somebody's head. */
    Hats takenFrom(Jid wearer, String uri) {
        List<String> fewer = new ArrayList<>(worn.getOrDefault(wearer, List.of()));
        return fewer.remove(uri) ? wearing(wearer, fewer) : this;
    }

    /** On nobody's head who is gone; this, where none of them wears any. */
    Hats without(Predicate<Jid> gone) {
        if (worn.keySet().stream().noneMatch(gone)) {
            return this;
        }
        Map<Jid, List<String>> left = new LinkedHashMap<>(worn);
        left.keySet().removeIf(gone);
        return new Hats(known, left);
    }

    private Hats wearing(Jid wearer, List<String> uris) {
        Map<Jid, List<String>> changed = new LinkedHashMap<>(worn);
        if (uris.isEmpty()) {
            changed.remove(wearer);
        } else {
            changed.put(wearer, List.copyOf(uris));
        }
        return new Hats(known, changed);
    }

    /** What somebody wears, as it stands in their presence; null for nothing. */
    @Nullable Element of(Jid wearer) {
        List<String> uris = worn.get(wearer);
        if (uris == null) {
            return null;
        }
        Element.Builder hats = Element.builder("hats", Muc.HATS);
        for (String uri : uris) {
            Hat hat = known.get(uri);
            if (hat != null) {
                hats.child(Element.builder("hat", Muc.HATS)
                        .attribute("uri", hat.uri)
                        .attribute("title", hat.title)
                        .attribute("hue", hat.hue)
                        .build());
            }
        }
        return hats.build();
    }

    /** By this clients know whether they know the hats; null when there are none. */
    @Nullable String hash() {
        return known.isEmpty()
                ? null
                : UUID.nameUUIDFromBytes(known.values().toString().getBytes(StandardCharsets.UTF_8)).toString();
    }
}
