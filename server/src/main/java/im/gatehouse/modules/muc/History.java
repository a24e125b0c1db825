package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The last things that were said in a room, for those who come in (XEP-0045 section 7.2.13). Belongs to the lane. */
final class History {
    /** A message as it was said, stamped with when. */
    static final class Entry {
        final long seq;
        final Instant at;

        /** Without the stamp, as it was sent to those who were there. */
        final Message said;

        private @Nullable Message stamped;
        private int size;

        Entry(long seq, Instant at, Message said) {
            this.seq = seq;
            this.at = at;
            this.said = said;
        }

        /** With the stamp, for those who come later. */
        Message stamped(Jid room) {
            Message made = stamped;
            if (made == null && said.has("delay", Muc.DELAY)) {
                made = said; // an owner brought it along from another conversation
                stamped = made;
            }
            if (made == null) {
                made = said.with(Element.builder("delay", Muc.DELAY)
                        .attribute("from", room.toString())
                        .attribute("stamp", at.truncatedTo(ChronoUnit.MILLIS).toString())
                        .build());
                stamped = made;
            }
            return made;
        }

        /** Bytes of memory, about, with and without the stamp: what both have is counted once. */
        private int footprint() {
            int sum = 200;
            for (Element child : said.children()) {
                sum += child.footprint();
            }
            return sum;
        }

        /** Characters of XML without the receiver; counted when somebody first asks for so many. */
        private int size(Jid room) {
            if (size == 0) {
                size = characters(stamped(room));
            }
            return size;
        }
    }

    /**
     * What one who comes in asks to see.
     *
     * @param mostCharacters of XML in all
     * @param mostMessages how many at most
     * @param since nothing older
     */
    record Wanted(int mostCharacters, int mostMessages, Instant since) {
        static final Wanted ALL = new Wanted(Integer.MAX_VALUE, Integer.MAX_VALUE, Instant.MIN);
    }

    /** Bytes of memory that the messages may take, about; but the last is kept in any case. */
    static final int MOST_BYTES = 2 << 20;

    private static final Message EMPTY = Message.of(Message.Type.GROUPCHAT, null, null, null);

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private long lastSeq;

    /** As they are written to a stream. */
    private static int characters(Message message) {
        XmlBuffer written = new XmlBuffer(512);
        message.write(written, false);
        String text = new String(written.toByteArray(), StandardCharsets.UTF_8);
        return text.codePointCount(0, text.length());
    }

    /** Takes what was stored, in order. */
    void restore(List<Entry> stored) {
        stored.forEach(this::append);
        lastSeq = stored.isEmpty() ? 0 : stored.getLast().seq;
    }

    /** Adds a message and forgets what is too old. */
    Entry add(Message said, Instant at, int most) {
        Entry entry = new Entry(++lastSeq, at, said);
        append(entry);
        trim(most);
        return entry;
    }

    private void append(Entry entry) {
        entries.add(entry);
        bytes += entry.footprint();
    }

    /** Forgets the oldest until there are no more than so many, and what is left is not too large. */
    void trim(int most) {
        while (entries.size() > most || bytes > MOST_BYTES && entries.size() > 1) {
            bytes -= entries.removeFirst().footprint();
        }
    }

    /** The message to which the room gave that id, or null; the newest first, for it is most often meant. */
    @Nullable Entry find(Jid room, String stanzaId) {
        Iterator<Entry> newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            Entry entry = newestFirst.next();
            for (Element child : entry.said.children()) {
                if (child.is("stanza-id", Muc.STANZA_ID)
                        && stanzaId.equals(child.attribute("id"))
                        && room.toString().equals(child.attribute("by"))) {
                    return entry;
                }
            }
        }
        return null;
    }

    /** Puts another message in the place of the one with the same number. */
    void replace(Entry entry) {
        List<Entry> all = all();
        entries.clear();
        bytes = 0;
        all.forEach(each -> append(each.seq == entry.seq ? entry : each));
    }

    List<Entry> all() {
        return List.copyOf(entries);
    }

    /**
     * Hands over what is wanted, the oldest first.
     *
     * @param to who gets it: the address stands in each message and counts
     */
    void replay(Jid room, Jid to, Wanted wanted, Consumer<Message> receiver) {
        List<Entry> chosen = new ArrayList<>();
        int left = wanted.mostCharacters;
        boolean counts = wanted.mostCharacters != Integer.MAX_VALUE;
        int address = counts ? characters(EMPTY.to(to)) - characters(EMPTY) : 0;
        Iterator<Entry> newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext() && chosen.size() < wanted.mostMessages) {
            Entry entry = newestFirst.next();
            if (entry.at.isBefore(wanted.since)) {
                break;
            }
            if (counts) {
                left -= entry.size(room) + address;
                if (left < 0) {
                    break;
                }
            }
            chosen.add(entry);
        }
        Collections.reverse(chosen);
        chosen.forEach(entry -> receiver.accept(entry.stamped(room)));
    }
}
