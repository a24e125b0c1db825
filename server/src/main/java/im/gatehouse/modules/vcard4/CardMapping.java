package im.gatehouse.modules.vcard4;

import im.gatehouse.modules.vcard.VCards;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a card of one format from the other (XEP-0292 section 10): names, addresses, numbers and texts. Whatever else
 * stands on the card that is changed stays, pictures above all.
 */
final class CardMapping {
    private static final String OLD = VCards.NAMESPACE;
    private static final String NEW = VCard4.NAMESPACE;

    /** A property that holds one thing: its old name, its new name and of which type the new value is. */
    private record Simple(String old, String fresh, String type) {}

    private static final List<Simple> SIMPLE = List.of(
            new Simple("FN", "fn", "text"),
            new Simple("NICKNAME", "nickname", "text"),
            new Simple("BDAY", "bday", "date"),
            new Simple("TITLE", "title", "text"),
            new Simple("ROLE", "role", "text"),
            new Simple("URL", "url", "uri"),
            new Simple("DESC", "note", "text"));

    /** A part of a property that has several. */
    private record Part(String old, String fresh) {}

    private static final List<Part> NAME = List.of(
            new Part("FAMILY", "surname"),
            new Part("GIVEN", "given"),
            new Part("MIDDLE", "additional"),
            new Part("PREFIX", "prefix"),
            new Part("SUFFIX", "suffix"));

    private static final List<Part> ADDRESS = List.of(
            new Part("POBOX", "pobox"),
            new Part("EXTADD", "ext"),
            new Part("STREET", "street"),
            new Part("LOCALITY", "locality"),
            new Part("REGION", "region"),
            new Part("PCODE", "code"),
            new Part("CTRY", "country"));

    private static final Set<String> OLD_NAMES = Set.of(
            "FN", "NICKNAME", "BDAY", "TITLE", "ROLE", "URL", "DESC", "N", "ADR", "TEL", "EMAIL", "JABBERID", "ORG");
    private static final Set<String> NEW_NAMES = Set.of(
            "fn", "nickname", "bday", "title", "role", "url", "note", "n", "adr", "tel", "email", "impp", "org");

    private static final String XMPP = "xmpp:";
    private static final String TEL = "tel:";

    private CardMapping() {}

    // --- from the new to the old ---

    /**
     * The old card with what a new one says.
     *
     * @param old the card until now, maybe empty
     */
    static Element toOld(Element card, Element old) {
        Element.Builder made = old.without(child -> child.namespace().equals(OLD) && OLD_NAMES.contains(child.name()))
                .toBuilder();
        for (Element child : card.children()) {
            if (child.namespace().equals(NEW)) {
                made.child(old(child));
            }
        }
        return made.build();
    }

    private static @Nullable Element old(Element property) {
        return switch (property.name()) {
            case "n" -> parts("N", OLD, property, NEW, NAME, Part::fresh, Part::old).build();
            case "adr" ->
                withOldTypes(property, parts("ADR", OLD, property, NEW, ADDRESS, Part::fresh, Part::old));
            case "tel" ->
                withOldTypes(property, Element.builder("TEL", OLD).child("NUMBER", without(TEL, value(property))));
            case "email" -> withOldTypes(property, Element.builder("EMAIL", OLD).child("USERID", value(property)));
            case "impp" -> {
                String uri = value(property);
                yield uri != null && uri.startsWith(XMPP)
                        ? Element.of("JABBERID", OLD, uri.substring(XMPP.length()))
                        : null;
            }
            case "org" -> {
                List<String> names = texts(property);
                Element.Builder org = Element.builder("ORG", OLD);
                for (int i = 0; i < names.size(); i++) {
                    org.child(i == 0 ? "ORGNAME" : "ORGUNIT", names.get(i));
                }
                yield names.isEmpty() ? null : org.build();
            }
            default -> {
                String value = value(property);
                yield SIMPLE.stream()
                        .filter(simple -> simple.fresh().equals(property.name()) && value != null)
                        .findFirst()
                        .map(simple -> Element.of(simple.old(), OLD, String.valueOf(value)))
                        .orElse(null);
            }
        };
    }

    private static Element withOldTypes(Element property, Element.Builder made) {
        Element parameters = property.child("parameters", NEW);
        Element type = parameters == null ? null : parameters.child("type", NEW);
        if (type != null) {
            for (String each : texts(type)) {
                switch (each.toLowerCase(Locale.ROOT)) {
                    case "home", "work", "voice", "fax", "cell" -> made.child(each.toUpperCase(Locale.ROOT));
                    default -> {}
                }
            }
        }
        return made.build();
    }

    /** The first value of a property, of whatever type. */
    private static @Nullable String value(Element property) {
        return property.children().stream()
                .filter(child -> child.namespace().equals(NEW) && !child.name().equals("parameters"))
                .map(child -> child.text().strip())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static List<String> texts(Element holder) {
        return holder.children("text", NEW).stream()
                .map(text -> text.text().strip())
                .filter(text -> !text.isEmpty())
                .toList();
    }

    // --- from the old to the new ---

    /**
     * The new card with what an old one says.
     *
     * @param fresh the card until now, maybe empty
     */
    static Element toNew(Element card, Element fresh) {
        Element.Builder made = fresh.without(child -> child.namespace().equals(NEW) && isMapped(child)).toBuilder();
        for (Element child : card.children()) {
            if (child.namespace().equals(OLD)) {
                made.child(fresh(child));
            }
        }
        return made.build();
    }

    /** The old format knows no addresses for chats but those of XMPP. */
    private static boolean isMapped(Element property) {
        String value = property.name().equals("impp") ? value(property) : XMPP;
        return NEW_NAMES.contains(property.name()) && value != null && value.startsWith(XMPP);
    }

    private static @Nullable Element fresh(Element property) {
        return switch (property.name()) {
            case "N" -> parts("n", NEW, property, OLD, NAME, Part::old, Part::fresh).build();
            case "ADR" -> withNewTypes(property, parts("adr", NEW, property, OLD, ADDRESS, Part::old, Part::fresh));
            case "TEL" -> withValue(property, "NUMBER", "tel");
            case "EMAIL" -> withValue(property, "USERID", "email");
            case "JABBERID" -> single("impp", "uri", XMPP, property.text());
            case "ORG" -> {
                List<String> names = new ArrayList<>();
                property.children().forEach(each -> names.add(each.text().strip()));
                Element.Builder org = Element.builder("org", NEW);
                names.stream().filter(name -> !name.isEmpty()).forEach(name -> org.child("text", name));
                yield org.build();
            }
            default ->
                SIMPLE.stream()
                        .filter(simple -> simple.old().equals(property.name()))
                        .findFirst()
                        .map(simple -> single(simple.fresh(), simple.type(), "", property.text()))
                        .orElse(null);
        };
    }

    private static @Nullable Element single(String name, String type, String prefix, String text) {
        String value = text.strip();
        return value.isEmpty()
                ? null
                : Element.builder(name, NEW).child(type, prefix + value).build();
    }

    private static @Nullable Element withValue(Element property, String part, String name) {
        String value = property.childText(part, OLD);
        return value == null || value.isBlank()
                ? null
                : withNewTypes(property, Element.builder(name, NEW).child("text", value.strip()));
    }

    private static Element withNewTypes(Element property, Element.Builder made) {
        List<String> types = property.children().stream()
                .map(Element::name)
                .filter(name -> Set.of("HOME", "WORK", "VOICE", "FAX", "CELL").contains(name))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toList());
        if (types.isEmpty()) {
            return made.build();
        }
        Element.Builder type = Element.builder("type", NEW);
        types.forEach(each -> type.child("text", each));
        Element parameters =
                Element.builder("parameters", NEW).child(type.build()).build();
        return first(made.build(), parameters);
    }

    /** Parameters come before values. */
    private static Element first(Element property, Element parameters) {
        Element.Builder made = Element.builder(property.name(), property.namespace()).child(parameters);
        property.children().forEach(made::child);
        return made.build();
    }

    // --- both ---

    private interface Name {
        String of(Part part);
    }

    private static Element.Builder parts(
            String name, String namespace, Element from, String theirs, List<Part> parts, Name read, Name write) {
        Element.Builder made = Element.builder(name, namespace);
        for (Part part : parts) {
            made.child(write.of(part), from.childText(read.of(part), theirs));
        }
        return made;
    }

    private static @Nullable String without(String prefix, @Nullable String text) {
        return text != null && text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
}
