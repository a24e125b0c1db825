package im.gatehouse.modules.muc;

import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.StoredXml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is talked about in a room.
 *
 * @param texts the {@code <subject/>} in each language, and who set it as {@code <occupant-id/>}; empty when nobody has
 * @param nick who set it; null when nobody has
 * @param since when
 */
record Subject(List<Element> texts, @Nullable String nick, Instant since) {
    static final Subject NONE = new Subject(List.of(), null, Instant.EPOCH);

    /** Characters of all texts and names of languages together: everybody who comes in is sent them. */
    private static final int MOST_CHARACTERS = 10_000;

    private static final int MOST_LANGUAGES = 20;

    /** How it begins in the database. */
    private static final String STORED = "<subjects";

    Subject {
        texts = List.copyOf(texts);
    }

    /**
     * The subject that a message sets.
     *
     * @param author the occupant-id of who does
     * @throws StanzaException with {@code not-acceptable} when it is too long or has too many languages
     */
    static Subject of(Message message, Element author, String nick, Instant now) {
        List<Element> texts = new ArrayList<>(1);
        Set<String> languages = new HashSet<>();
        int characters = 0;
        for (Element child : message.children()) {
            String lang = child.lang();
            if (child.is("subject", Namespaces.CLIENT) && languages.add(lang == null ? "" : lang)) {
                String text = child.text();
                characters += text.length() + (lang == null ? 0 : lang.length());
                texts.add(Element.builder("subject", Namespaces.CLIENT).lang(lang).text(text).build());
            }
        }
        if (characters > MOST_CHARACTERS) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A subject has at most %,d characters".formatted(MOST_CHARACTERS));
        }
        if (texts.size() > MOST_LANGUAGES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A subject has at most " + MOST_LANGUAGES + " languages");
        }
        texts.add(author);
        return new Subject(texts, nick, now);
    }

    /** What changes it as everybody is to get it: with each language once. */
    Message in(Message message) {
        List<Element> children = new ArrayList<>(message.children().size());
        message.children().stream()
                .filter(child -> !child.is("subject", Namespaces.CLIENT))
                .forEach(children::add);
        texts.stream().filter(text -> text.is("subject", Namespaces.CLIENT)).forEach(children::add);
        return message.children(children);
    }

    /** For those who show one: the text that names no language, else the first; empty for none. */
    String text() {
        String first = null;
        for (Element text : texts) {
            if (text.is("subject", Namespaces.CLIENT)) {
                if (text.lang() == null) {
                    return text.text();
                }
                first = first == null ? text.text() : first;
            }
        }
        return first == null ? "" : first;
    }

    /** The texts as they are stored. */
    String stored() {
        return StoredXml.write(Element.builder("subjects", Namespaces.CLIENT).children(texts).build());
    }

    /** The texts from their stored form; what is not of that form is the text itself. */
    static List<Element> restored(String stored) {
        return stored.startsWith(STORED)
                ? StoredXml.read(stored).children()
                : List.of(Element.of("subject", Namespaces.CLIENT, stored));
    }
}
