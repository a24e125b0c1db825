package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.EntryStore.Entry;
import im.gatehouse.modules.archive.EntryStore.Filter;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Finds in an archive what somebody asks for, a page at a time. Blocks. */
final class Reader {
    /** Further than that nobody counts: the number and the index are left out of an answer (XEP-0059 section 2.7). */
    private static final int MOST_COUNTED = 10_000;

    /** Characters of messages in one page, about; a page has one message at least. */
    private static final int PAGE_CHARACTERS = 1 << 20;

    /**
     * A message that was found.
     *
     * @param peer as the entry names it: for a room the real address of who spoke
     */
    record Found(long id, String peer, Message message) {
        /** When it was said. */
        Instant at() {
            return Reader.at(id);
        }
    }

    /**
     * A page of an archive.
     *
     * @param found the messages in their order
     * @param firstId of the page, or null when it is empty
     * @param lastId of the page, or null when it is empty
     * @param complete whether nothing more matches in the direction in which was asked
     * @param count how many messages match, or null when nobody has counted so far
     * @param index how many of them come before the page, or null
     */
    record Page(
            List<Found> found,
            @Nullable Long firstId,
            @Nullable Long lastId,
            boolean complete,
            @Nullable Integer count,
            @Nullable Integer index) {
        /** What ends an answer. */
        Element fin(@Nullable String queryId, LongFunction<String> id) {
            Element.Builder set = Element.builder("set", Mam.RSM);
            if (firstId != null && lastId != null) {
                set.child(Element.builder("first", Mam.RSM)
                        .attribute("index", index == null ? null : index.toString())
                        .text(id.apply(firstId))
                        .build());
                set.child("last", id.apply(lastId));
            }
            set.child("count", count == null ? null : count.toString());
            return Element.builder("fin", Mam.NAMESPACE)
                    .attribute("queryid", queryId)
                    .attribute("complete", complete ? "true" : null)
                    .child(set.build())
                    .build();
        }
    }

    private final Database database;
    private final ArchiveStore store = new ArchiveStore();
    private final ArchiveWriter writer;

    Reader(Database database, ArchiveWriter writer) {
        this.database = database;
        this.writer = writer;
    }

    /**
     * A page.
     *
     * @param archive whose
     * @param peer only with this bare address, or null
     * @param resource only with this resource or nick, or null
     * @param most messages
     * @throws StanzaException with {@code item-not-found} when a message that is named is not in the archive
     */
    Page page(Jid archive, Question question, @Nullable Jid peer, @Nullable String resource, int most) {
        return read(archive, contents -> {
            mustExist(contents, question);
            if (contents == null) {
                return new Page(List.of(), null, null, true, 0, null);
            }
            Filter matching = new Filter(
                    peer == null ? null : peer.toString(),
                    resource,
                    question.above(),
                    question.below(),
                    question.ids());
            matching = question.afterId() == null ? matching : matching.above(question.afterId());
            matching = question.beforeId() == null ? matching : matching.below(question.beforeId());
            return page(contents, matching, question, most);
        });
    }

    /**
     * Reads an archive as it is now: all that was said before is in it.
     *
     * @param work given null when there is no such archive; may run more than once
     */
    private <T> T read(Jid archive, Function<@Nullable EntryStore, T> work) {
        writer.settle();
        return database.read(db -> {
            Long owner = store.owner(db, archive);
            return work.apply(owner == null ? null : new EntryStore(db, owner, writer.recent(owner)));
        });
    }

    private static void mustExist(@Nullable EntryStore contents, Question question) {
        List<Long> named = new ArrayList<>();
        for (Long id : new Long[] {question.afterId(), question.beforeId(), question.after(), question.before()}) {
            if (id != null) {
                named.add(id);
            }
        }
        if (question.ids() != null) {
            named.addAll(question.ids());
        }
        List<Long> distinct = named.stream().distinct().toList();
        if (!distinct.isEmpty() && (contents == null || contents.present(distinct) < distinct.size())) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such message in this archive");
        }
    }

    private static Page page(EntryStore contents, Filter matching, Question question, int most) {
        Filter wanted = question.after() == null ? matching : matching.above(question.after());
        wanted = question.before() == null ? wanted : wanted.below(question.before());
        int skip = question.index() == null ? 0 : Math.min(question.index(), MOST_COUNTED);
        List<Entry> entries = contents.page(wanted, question.backwards(), skip, most + 1);
        boolean more = entries.size() > most;
        List<Entry> shown = fitting(more ? within(entries, question.backwards(), most) : entries, question.backwards());
        boolean complete = !more && shown.size() == entries.size();
        Long first = shown.isEmpty() ? null : shown.getFirst().id();
        Long last = shown.isEmpty() ? null : shown.getLast().id();
        int counted = contents.count(matching, MOST_COUNTED + 1);
        Integer count = counted > MOST_COUNTED ? null : Integer.valueOf(counted);
        Integer index = count == null || first == null
                ? null
                : Integer.valueOf(contents.count(matching.below(first), MOST_COUNTED));
        return new Page(found(shown), first, last, complete, count, index);
    }

    private static List<Entry> within(List<Entry> entries, boolean backwards, int most) {
        return backwards ? entries.subList(entries.size() - most, entries.size()) : entries.subList(0, most);
    }

    /** As many as go into a page by their size, counted from the end at which the reader begins. */
    private static List<Entry> fitting(List<Entry> entries, boolean backwards) {
        int left = PAGE_CHARACTERS;
        int count = 0;
        while (count < entries.size()) {
            Entry next = backwards ? entries.get(entries.size() - 1 - count) : entries.get(count);
            left -= next.stanza().length();
            if (left < 0 && count > 0) {
                break;
            }
            count++;
        }
        return within(entries, backwards, count);
    }

    private static List<Found> found(List<Entry> entries) {
        List<Found> found = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            StanzaText.read(entry.stanza(), Message.class)
                    .ifPresent(message -> found.add(new Found(entry.id(), entry.peer(), message)));
        }
        return found;
    }

    /** What an archive says of itself (section 5): its first and its last message. */
    Element metadata(Jid archive, LongFunction<String> id) {
        return read(archive, contents -> {
            Element.Builder metadata = Element.builder("metadata", Mam.NAMESPACE);
            Long first = contents == null ? null : contents.edge(false);
            Long last = contents == null ? null : contents.edge(true);
            if (first != null && last != null) {
                metadata.child(edge("start", first, id)).child(edge("end", last, id));
            }
            return metadata.build();
        });
    }

    private static Element edge(String name, Long edge, LongFunction<String> id) {
        return Element.builder(name, Mam.NAMESPACE)
                .attribute("id", id.apply(edge))
                .attribute("timestamp", at(edge).toString())
                .build();
    }

    /** When the first and the last message of an archive were said. */
    record Edges(Instant first, Instant last) {}

    /** When an archive begins and ends; empty when nothing is in it. */
    Optional<Edges> edges(Jid archive) {
        return read(archive, contents -> {
            Long first = contents == null ? null : contents.edge(false);
            Long last = contents == null ? null : contents.edge(true);
            return first == null || last == null ? Optional.empty() : Optional.of(new Edges(at(first), at(last)));
        });
    }

    private static Instant at(long id) {
        return Instant.ofEpochMilli(Ids.millis(id));
    }

    /** How many messages an archive has. */
    int count(Jid archive) {
        return read(archive, contents -> contents == null ? 0 : contents.count(Filter.ALL, Integer.MAX_VALUE));
    }

    /**
     * The last messages before a time, the oldest first.
     *
     * @param below only ids under this
     */
    List<Found> last(Jid archive, @Nullable Jid with, long below, int most) {
        Filter filter = new Filter(
                with == null ? null : with.bare().toString(),
                with == null || with.isBare() ? null : with.resource(),
                -1,
                below,
                null);
        return read(archive, contents -> contents == null ? List.of() : found(contents.page(filter, true, 0, most)));
    }

    /** A result as it is sent: the message with the time at which it was said (section 4.2). */
    static Element result(Found found, String id, @Nullable String queryId, Element shown) {
        return Element.builder("result", Mam.NAMESPACE)
                .attribute("id", id)
                .attribute("queryid", queryId)
                .child(Element.builder("forwarded", Mam.FORWARD)
                        .child(Element.builder("delay", Mam.DELAY)
                                .attribute("stamp", found.at().toString())
                                .build())
                        .child(shown)
                        .build())
                .build();
    }
}
