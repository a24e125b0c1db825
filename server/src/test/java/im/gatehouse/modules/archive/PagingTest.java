package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.Shelf.ALICE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Reader.Page;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pages against a list that says what must be in them. */
class PagingTest {
    private record Row(long id, Jid peer) {
        Instant at() {
            return Instant.ofEpochMilli(Ids.millis(id));
        }
    }

    /** A question, and what of the list it must find. */
    private final class Asked {
        final StringBuilder fields = new StringBuilder();
        final StringBuilder set = new StringBuilder();
        List<Row> matching = rows;
        List<Row> expected = List.of();
        boolean complete;
        int most;

        String xml() {
            return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
                    + fields + "</x><set xmlns='http://jabber.org/protocol/rsm'>" + set + "</set>";
        }

        void field(String var, Object value) {
            fields.append("<field var='%s'><value>%s</value></field>".formatted(var, value));
        }

        void keep(Predicate<Row> which) {
            matching = matching.stream().filter(which).toList();
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final Random random = new Random(313);

    @EveryDatabase
    void everyPageIsWhatTheListSays(Database database) {
        Shelf shelf = new Shelf(database);
        fill(shelf, 60);
        for (int round = 0; round < 300; round++) {
            Asked asked = ask();
            Page page = shelf.page(ALICE, asked.xml(), asked.most);
            List<Long> found = page.found().stream().map(Reader.Found::id).toList();
            assertEquals(asked.expected.stream().map(Row::id).toList(), found, asked::xml);
            assertEquals(asked.complete, page.complete(), asked::xml);
            assertEquals(asked.matching.size(), page.count(), asked::xml);
            assertEquals(
                    found.isEmpty() ? null : (Object) asked.matching.indexOf(asked.expected.getFirst()),
                    page.index(),
                    asked::xml);
        }
    }

    @EveryDatabase
    void pagesOnEndAreTheWholeArchiveForwardsAndBackwards(Database database) {
        Shelf shelf = new Shelf(database);
        fill(shelf, 47);
        for (boolean backwards : new boolean[] {false, true}) {
            List<Long> all = new ArrayList<>();
            String from = "";
            Page page;
            do {
                String tag = backwards ? "before" : "after";
                boolean first = !backwards && from.isEmpty();
                String set = first ? "" : "<" + tag + ">" + from + "</" + tag + ">";
                page = shelf.page(ALICE, "<set xmlns='http://jabber.org/protocol/rsm'>" + set + "</set>", 10);
                List<Long> ids = page.found().stream().map(Reader.Found::id).toList();
                all.addAll(backwards ? 0 : all.size(), ids);
                from = Ids.text(backwards ? ids.getFirst() : ids.getLast());
            } while (!page.complete());
            assertEquals(rows.stream().map(Row::id).toList(), all);
        }
    }

    private void fill(Shelf shelf, int count) {
        for (int i = 0; i < count; i++) {
            shelf.time.forward(Duration.ofMillis(random.nextInt(3)));
            String peer = random.nextBoolean() ? "bob@localhost/" + random.nextInt(2) : "carol@localhost";
            boolean out = random.nextBoolean();
            Saying saying = shelf.say("<message type='chat' from='%s' to='%s'><body>%d</body></message>"
                    .formatted(out ? "alice@localhost/a" : peer, out ? peer : "alice@localhost/a", i));
            rows.add(new Row(saying.id, Jid.parse(peer)));
        }
        shelf.settle();
    }

    private Asked ask() {
        Asked asked = new Asked();
        if (one(3)) {
            Jid with = some().peer();
            Jid named = one(2) ? with.bare() : with;
            asked.field("with", named);
            asked.keep(row -> named.isFull() ? row.peer().equals(named) : row.peer().bare().equals(named));
        }
        if (one(4)) {
            Instant start = some().at().plusNanos(random.nextInt(3) * 400_000L);
            asked.field("start", start);
            asked.keep(row -> !row.at().isBefore(start));
        }
        if (one(4)) {
            Instant end = some().at().plusNanos(random.nextInt(3) * 400_000L);
            asked.field("end", end);
            asked.keep(row -> !row.at().isAfter(end));
        }
        if (one(5)) {
            long after = some().id();
            asked.field("after-id", Ids.text(after));
            asked.keep(row -> row.id() > after);
        }
        if (one(5)) {
            long before = some().id();
            asked.field("before-id", Ids.text(before));
            asked.keep(row -> row.id() < before);
        }
        if (one(6)) {
            List<Row> named = List.of(some(), some(), some());
            asked.fields.append(named.stream()
                    .map(row -> "<value>" + Ids.text(row.id()) + "</value>")
                    .collect(Collectors.joining("", "<field var='ids'>", "</field>")));
            asked.keep(named::contains);
        }
        page(asked);
        return asked;
    }

    private void page(Asked asked) {
        asked.most = random.nextInt(12);
        Long after = one(3) ? (Long) some().id() : null;
        Long before = one(3) ? (Long) some().id() : null;
        boolean lastPage = before == null && one(3);
        set(asked, "after", after);
        set(asked, "before", before);
        if (lastPage) {
            asked.set.append("<before/>");
        }
        List<Row> left = asked.matching.stream()
                .filter(row -> (after == null || row.id() > after) && (before == null || row.id() < before))
                .toList();
        int count = Math.min(asked.most, left.size());
        boolean backwards = before != null || lastPage;
        asked.expected = backwards ? left.subList(left.size() - count, left.size()) : left.subList(0, count);
        asked.complete = count == left.size();
    }

    private static void set(Asked asked, String name, @Nullable Long id) {
        if (id != null) {
            asked.set.append("<%s>%s</%s>".formatted(name, Ids.text(id), name));
        }
    }

    private Row some() {
        return rows.get(random.nextInt(rows.size()));
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }
}
