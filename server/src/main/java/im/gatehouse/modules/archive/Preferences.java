package im.gatehouse.modules.archive;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * With whom a user wants what is said to be kept (XEP-0441).
 *
 * @param otherwise for everybody who is in neither set
 * @param always these; without a resource whatever the resource
 * @param never these not; goes before {@code always}
 */
record Preferences(Default otherwise, Set<Jid> always, Set<Jid> never) {
    /** What holds for those who are not named. */
    enum Default {
        ALWAYS,
        NEVER,
        ROSTER;

        private String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static @Nullable Default of(@Nullable String text) {
            for (Default each : values()) {
                if (each.wire().equals(text)) {
                    return each;
                }
            }
            return null;
        }
    }

    /** Of a user who has not said anything: everything is kept. */
    static final Preferences USUAL = new Preferences(Default.ALWAYS, Set.of(), Set.of());

    private static final int MOST_NAMED = 500;

    Preferences {
        always = Set.copyOf(always);
        never = Set.copyOf(never);
    }

    /** Whether what is said with somebody is kept; null when the roster decides. */
    @Nullable Boolean keeps(Jid peer) {
        if (names(never, peer)) {
            return false;
        }
        if (names(always, peer)) {
            return true;
        }
        return switch (otherwise) {
            case ALWAYS -> true;
            case NEVER -> false;
            case ROSTER -> null;
        };
    }

    private static boolean names(Set<Jid> set, Jid peer) {
        return !set.isEmpty() && (set.contains(peer) || set.contains(peer.bare()));
    }

    // --- as XML ---

    Element toElement() {
        return Element.builder("prefs", Mam.NAMESPACE)
                .attribute("default", otherwise.wire())
                .child(list("always", always))
                .child(list("never", never))
                .build();
    }

    private static Element list(String name, Set<Jid> jids) {
        Element.Builder list = Element.builder(name, Mam.NAMESPACE);
        jids.stream().sorted().forEach(jid -> list.child("jid", jid.toString()));
        return list.build();
    }

    /**
     * What a user has chosen.
     *
     * @throws StanzaException with {@code bad-request}, {@code jid-malformed} or {@code not-acceptable}
     */
    static Preferences of(Element prefs) {
        Default otherwise = Default.of(prefs.attribute("default"));
        if (otherwise == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "The default is always, never or roster");
        }
        return new Preferences(otherwise, jids(prefs, "always"), jids(prefs, "never"));
    }

    private static Set<Jid> jids(Element prefs, String name) {
        Set<Jid> jids = new LinkedHashSet<>();
        List<Element> lists = prefs.children(name, Mam.NAMESPACE);
        if (lists.size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is one <" + name + "/>");
        }
        for (Element list : lists) {
            for (Element jid : list.children("jid", Mam.NAMESPACE)) {
                jids.add(jid(jid.text()));
                if (jids.size() > MOST_NAMED) {
                    throw new StanzaException(
                            Condition.NOT_ACCEPTABLE, "A list has at most " + MOST_NAMED + " addresses");
                }
            }
        }
        return jids;
    }

    private static Jid jid(String text) {
        try {
            return Jid.parse(text.strip());
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }
}
