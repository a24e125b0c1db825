package im.gatehouse.modules.archive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.ArchiveStore.Filed;
import im.gatehouse.modules.archive.EntryStore.Kept;
import im.gatehouse.modules.archive.Job.Burial;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Recent.Note;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.stanza.Message;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is said where it belongs: into the archives of those who are there still, once, and a tombstone in the
 * place of what is taken back. What it does to the database is part of a unit of work.
 */
final class Filing {
    /** Of the messages between two, so many of the last are looked through for one that is sent again. */
    private static final int LOOKED_THROUGH_FOR_THE_SAME = 500;

    /** Of the messages between two, so many of the last are looked through for one that is taken back. */
    private static final int LOOKED_THROUGH_TO_BURY = 5_000;

    private static final int OWNERS_KNOWN = 100_000;

    private final Time time;
    private final ArchiveStore store;
    private final Recent recent;
    private final BiPredicate<DSLContext, Jid> mayBegin;

    /** The numbers of owners that are in the database for sure. */
    private final Cache<Jid, Long> owners = Caffeine.newBuilder().maximumSize(OWNERS_KNOWN).build();

    /** How often owners were let go of. */
    private final AtomicLong age = new AtomicLong();

    /** When owners were let go of, by address or domain; only those of whom something may be waiting. */
    private final Map<String, Long> gone = new ConcurrentHashMap<>();

    /**
     * @param mayBegin whether an archive may be made for somebody who has none, asked within a unit of work
     */
    Filing(Time time, ArchiveStore store, Recent recent, BiPredicate<DSLContext, Jid> mayBegin) {
        this.time = time;
        this.store = store;
        this.recent = recent;
        this.mayBegin = mayBegin;
    }

    // --- who is there ---

    /** How often owners were let go of so far. */
    long age() {
        return age.get();
    }

    /** An account or a room is no more: what was said before is not for another of that name. */
    void forget(Jid owner) {
        gone.put(owner.toString(), age.incrementAndGet());
        owners.invalidate(owner);
    }

    /** As {@link #forget}, for all of a domain. */
    void forgetDomain(String domain) {
        gone.put(domain, age.incrementAndGet());
        owners.invalidateAll();
    }

    /** Nothing waits any more that was said before that age. */
    void nothingIsOlderThan(long oldest) {
        if (!gone.isEmpty()) {
            gone.values().removeIf(then -> then <= oldest);
        }
    }

    private boolean isGone(Saying saying, Jid owner) {
        return !gone.isEmpty()
                && (isGone(saying, owner.toString()) || isGone(saying, owner.domain()));
    }

    private boolean isGone(Saying saying, String owner) {
        Long then = gone.get(owner);
        return then != null && then > saying.born;
    }

    // --- what is there ---

    /**
     * Looks for a message on disk that another repeats, among the last between the two. Part of a reading.
     *
     * @return its id, or null
     */
    @Nullable Long earlier(DSLContext db, Saying saying) {
        Place place = place(saying);
        Long owner = place == null ? null : owner(db, place.owner());
        if (place == null || owner == null || saying.handle == null) {
            return null;
        }
        Search search = new Search(
                owner, place.with().bare().toString(), saying.handle, LOOKED_THROUGH_FOR_THE_SAME);
        Long id = same(saying, EntryStore.byHandle(db, search, recent.look(search)));
        return id != null && isWithReceiver(db, saying, id) ? id : null;
    }

    /**
     * Whether what the sender's archive has is in the receiver's, too, which may have been emptied since. If it is not,
     * it is kept anew: rather twice with the one than not at all with the other.
     */
    private boolean isWithReceiver(DSLContext db, Saying saying, long id) {
        if (saying.sender == null || saying.receiver == null) {
            return true;
        }
        Long owner = owner(db, saying.receiver.owner());
        return owner != null && new EntryStore(db, owner, recent.of(owner)).find(id) != null;
    }

    private @Nullable Long owner(DSLContext db, Jid address) {
        Long known = owners.getIfPresent(address);
        return known != null ? known : store.owner(db, address);
    }

    /** In whose archive a message is looked for. */
    private static @Nullable Place place(Saying saying) {
        return saying.sender == null ? saying.receiver : saying.sender;
    }

    /** Which of some messages is the same as another; null when none is. */
    private static @Nullable Long same(Saying saying, List<Kept> some) {
        for (Kept each : some) {
            Message message = StanzaText.read(each.stanza(), Message.class).orElse(null);
            if (message != null && saying.repeats(message)) {
                return each.id();
            }
        }
        return null;
    }

    // --- the unit of work ---

    /** One unit: writes some of what is to be written, as often as the database wants. */
    final class Work {
        private final List<Job> jobs;
        private final List<Work> before;
        private final long begun = age.get();
        private final Map<Jid, Long> numbers = new HashMap<>();
        private final List<Note> notes = new ArrayList<>();

        /**
         * @param before units of which it is not sure that {@link Recent} knows them, in their order
         */
        Work(List<Job> jobs, List<Work> before) {
            this.jobs = jobs;
            this.before = before;
        }

        void run(DSLContext db) {
            numbers.clear();
            notes.clear();
            List<Filed> messages = new ArrayList<>(jobs.size());
            for (Job job : jobs) {
                if (job instanceof Saying saying) {
                    file(db, saying, messages);
                }
            }
            store.add(db, messages);
            for (Job job : jobs) {
                switch (job) {
                    case Saying saying -> {
                        if (saying.retracts != null) {
                            retract(db, saying, saying.retracts);
                        }
                    }
                    case Burial burial -> bury(db, burial);
                }
            }
        }

        /** It is on disk. What was true when it ran may not be any more; whoever knows that has counted up. */
        List<Note> done() {
            owners.putAll(numbers);
            if (age.get() != begun) {
                owners.invalidateAll(numbers.keySet());
            }
            return notes;
        }

        private void file(DSLContext db, Saying saying, List<Filed> messages) {
            Filed filed = new Filed(saying, number(db, saying, saying.sender), number(db, saying, saying.receiver));
            boolean forNobody = filed.sender() == null && filed.receiver() == null;
            if (!forNobody && !isRepeated(db, filed)) {
                messages.add(filed);
                filed.noteIn(notes);
            }
        }

        private @Nullable Long number(DSLContext db, Saying saying, @Nullable Place place) {
            if (place == null || isGone(saying, place.owner())) {
                return null;
            }
            Long number = numbers.get(place.owner());
            if (number == null) {
                number = owners.getIfPresent(place.owner());
            }
            if (number == null) {
                number = store.owner(db, place.owner());
            }
            if (number == null && mayBegin.test(db, place.owner())) {
                number = store.newOwner(db, place.owner());
            }
            if (number != null) {
                numbers.put(place.owner(), number);
            }
            return number;
        }

        /** Whether it was kept before this server was started, or long ago. */
        private boolean isRepeated(DSLContext db, Filed filed) {
            Saying saying = filed.saying();
            if (!saying.suspect || saying.handle == null) {
                return false;
            }
            Long id = same(saying, alike(db, saying, saying.handle, LOOKED_THROUGH_FOR_THE_SAME));
            boolean onlyWithSender = id != null
                    && saying.sender != null
                    && filed.receiver() != null
                    && contents(db, filed.receiver()).find(id) == null;
            return id != null && !onlyWithSender;
        }

        /** What has a handle among the last messages between the two that a message is between. */
        private List<Kept> alike(DSLContext db, Saying saying, long handle, int depth) {
            Place place = place(saying);
            Long owner = place == null ? null : numbers.get(place.owner());
            if (place == null || owner == null) {
                return List.of();
            }
            Search search = new Search(owner, place.with().bare().toString(), handle, depth);
            search.look(notes);
            before.reversed().forEach(work -> search.look(work.notes));
            return EntryStore.byHandle(db, search, recent.look(search));
        }

        private EntryStore contents(DSLContext db, long owner) {
            List<Note> more = new ArrayList<>();
            before.forEach(work -> more.addAll(work.notes));
            more.addAll(notes);
            more.removeIf(note -> note.owner() != owner);
            return new EntryStore(db, owner, recent.of(owner).and(more));
        }

        /** A tombstone takes the place of the newest message that this one may take back: by the same, to the same. */
        private void retract(DSLContext db, Saying retraction, long handle) {
            for (Kept each : alike(db, retraction, handle, LOOKED_THROUGH_TO_BURY)) {
                Message target = StanzaText.read(each.stanza(), Message.class).orElse(null);
                if (each.id() < retraction.id && target != null && Tombstones.mayTakeBack(retraction.message, target)) {
                    Element mark = Tombstones.mark(now(), retraction.message.id());
                    store.replace(db, each.id(), StanzaText.write(Tombstones.of(target, mark)));
                    return;
                }
            }
        }

        private void bury(DSLContext db, Burial burial) {
            Long owner = store.owner(db, burial.room());
            Kept kept = owner == null ? null : contents(db, owner).find(burial.id());
            Message target = kept == null
                    ? null
                    : StanzaText.read(kept.stanza(), Message.class).orElse(null);
            if (kept != null && target != null && Tombstones.isBy(burial.author(), target)) {
                store.replace(db, kept.id(), StanzaText.write(Tombstones.of(target, burial.mark())));
            }
        }

        private Instant now() {
            return time.now().truncatedTo(ChronoUnit.MILLIS);
        }
    }
}
