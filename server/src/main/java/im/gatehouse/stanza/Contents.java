package im.gatehouse.stanza;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Attribute;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of a stanza but its receiver. Copies of one stanza for many receivers share it, and so the bytes it is written
 * as: a room message is serialised once, however many hear it.
 */
final class Contents {
    final String name;
    final @Nullable String type;
    final @Nullable Jid from;
    final @Nullable String id;
    final @Nullable String lang;
    final List<Attribute> others;
    final List<Element> children;

    /** Set when a second receiver appears. Racy on purpose: a lost write costs one more serialisation. */
    private boolean shared;

    /** What follows the receiver on the wire, kept once shared. Racy on purpose, as is safe for an array that is
     * complete before it is published through this field and never written again. */
    private volatile byte @Nullable [] tail;

    /** Measured when first asked for. Racy on purpose: measuring twice gives the same. */
    private int footprint;

    Contents(
            String name,
            @Nullable String type,
            @Nullable Jid from,
            @Nullable String id,
            @Nullable String lang,
            List<Attribute> others,
            List<Element> children) {
        this.name = name;
        this.type = type;
        this.from = from;
        this.id = id;
        this.lang = lang;
        this.others = others;
        this.children = children;
    }

    Contents share() {
        shared = true;
        return this;
    }

    Contents withFrom(@Nullable Jid from) {
        return new Contents(name, type, from, id, lang, others, children);
    }

    Contents withId(@Nullable String id) {
        return new Contents(name, type, from, id, lang, others, children);
    }

    Contents withType(@Nullable String type) {
        return new Contents(name, type, from, id, lang, others, children);
    }

    Contents withLang(@Nullable String lang) {
        return new Contents(name, type, from, id, lang, others, children);
    }

    Contents withChildren(List<Element> children) {
        return new Contents(name, type, from, id, lang, others, List.copyOf(children));
    }

    int footprint() {
        int measured = footprint;
        if (measured == 0) {
            measured = 48 + (id == null ? 0 : 40 + id.length()) + 72 * others.size();
            for (int i = 0; i < children.size(); i++) {
                measured += children.get(i).footprint();
            }
            footprint = measured;
        }
        return measured;
    }

    void write(@Nullable Jid to, boolean declareNamespace, XmlBuffer out) {
        out.append('<').append(name);
        if (declareNamespace) {
            XmlWriter.attribute(out, "xmlns", Namespaces.CLIENT);
        }
        if (to != null) {
            XmlWriter.attribute(out, "to", to.toString());
        }
        if (shared) {
            out.append(sharedTail());
        } else {
            writeTail(out);
        }
    }

    private byte[] sharedTail() {
        byte[] bytes = tail;
        if (bytes == null) {
            XmlBuffer buffer = new XmlBuffer(256);
            writeTail(buffer);
            bytes = buffer.toByteArray();
            tail = bytes;
        }
        return bytes;
    }

    private void writeTail(XmlBuffer out) {
        if (from != null) {
            XmlWriter.attribute(out, "from", from.toString());
        }
        if (id != null) {
            XmlWriter.attribute(out, "id", id);
        }
        if (type != null) {
            XmlWriter.attribute(out, "type", type);
        }
        if (lang != null) {
            XmlWriter.attribute(out, "xml:lang", lang);
        }
        XmlWriter.attributes(others, out);
        if (children.isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (int i = 0; i < children.size(); i++) {
            XmlWriter.write(children.get(i), Namespaces.CLIENT, out);
        }
        out.append("</").append(name).append('>');
    }
}
