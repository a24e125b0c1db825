package im.gatehouse.modules.blocklist;

import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.list.BlockFile;
import im.gatehouse.modules.blocklist.list.BlockLine;
import im.gatehouse.modules.blocklist.list.ListFormat;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.time.Time;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Takes lists of blocks in, shows before what that would change, takes them back, and writes lists for others.
 *
 * <p>A list is known by its source. Taking it in makes the blocks of that source equal to the file; blocks from
 * elsewhere stay as they are, so taking it back leaves what was there without it. One list is taken in at a time.
 */
final class ListExchange {
    /** So many blocks are stored in one transaction, so that others get their turn. */
    private static final int PART = 10_000;

    /** So many blocks are looked up with one query. */
    private static final int QUERY = 1_000;

    private static final int LINES = 100;

    /** So many domains, patterns and addresses may come from lists. */
    private static final int MOST_RULES = 100_000;

    /**
     * How a list differs from what is in force.
     *
     * @param kept targets that have a block from elsewhere
     * @param expired lines whose time is over; they are left out
     * @param locksOutCaller whether the one who calls is among those that are hit
     * @param lines the first changes, for people
     */
    record Difference(
            boolean applied,
            long added,
            long changed,
            long removed,
            long unchanged,
            long kept,
            long expired,
            long accounts,
            long sessions,
            boolean locksOutCaller,
            List<String> lines) {}

    private final Blocklist blocklist;
    private final Set<String> hosts;
    private final Time time;
    private final Function<Collection<Target>, Reach> reach;
    private final ReentrantLock taking = new ReentrantLock();

    ListExchange(
            Blocklist blocklist, Set<String> hosts, Time time, Function<Collection<Target>, Reach> reach) {
        this.blocklist = blocklist;
        this.hosts = hosts;
        this.time = time;
        this.reach = reach;
    }

    /** What is to be done. */
    private static final class Plan {
        private final List<Block> put = new ArrayList<>();
        private final Set<Target> changed = new HashSet<>();
        private final List<Block> gone = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        private long unchanged;
        private long kept;
        private long expired;
        private boolean locksOutCaller;

        void line(String sign, Block block) {
            if (lines.size() < LINES) {
                lines.add(sign + " " + block.target() + (block.reason() == null ? "" : " (" + block.reason() + ")"));
            }
        }
    }

    /**
     * Reads a list and shows how it differs from what is in force.
     *
     * @param apply whether the changes are made; then it returns when the sessions are gone that are kept out
     * @param locksOut whether a target hits the one who calls
     * @param force whether changes are made all the same then
     * @param report takes lines about the progress
     * @throws AdminException when the file cannot be read or any of its lines is wrong; nothing is stored then
     */
    Difference take(
            Path file,
            ListFormat format,
            String source,
            boolean apply,
            String actor,
            Predicate<Target> locksOut,
            boolean force,
            Consumer<String> report) {
        List<BlockLine> wanted = read(file, format, report);
        taking.lock();
        try {
            Plan plan = plan(wanted, source, actor, locksOut);
            if (apply && plan.locksOutCaller && !force) {
                throw LockOut.refused();
            }
            if (apply) {
                requireRoom(plan);
            }
            return carryOut(plan, apply, actor, report);
        } finally {
            taking.unlock();
        }
    }

    private Plan plan(List<BlockLine> wanted, String source, String actor, Predicate<Target> locksOut) {
        Set<Target> targets = wanted.stream().map(BlockLine::target).collect(Collectors.toCollection(HashSet::new));
        Plan plan = new Plan();
        Instant now = time.now();
        for (int from = 0; from < wanted.size(); from += QUERY) {
            compare(wanted.subList(from, Math.min(wanted.size(), from + QUERY)), source, actor, now, plan);
        }
        for (Block present : of(source)) {
            if (!targets.contains(present.target())) {
                plan.gone.add(present);
                plan.line("-", present);
            }
        }
        plan.locksOutCaller = plan.put.stream().map(Block::target).anyMatch(locksOut);
        return plan;
    }

    private void requireRoom(Plan plan) {
        long more = plan.put.stream().filter(block -> isRule(block.target())).count();
        if (blocklist.rules() + more > MOST_RULES) {
            throw new AdminException(
                            "too_many_rules", "Domains, patterns and addresses are held in memory: 100,000 at most")
                    .with("present", blocklist.rules())
                    .with("more", more);
        }
    }

    private static boolean isRule(Target target) {
        return !(target instanceof Target.Account || target instanceof Target.Digest);
    }

    private List<BlockLine> read(Path file, ListFormat format, Consumer<String> report) {
        BlockFile.Content content = BlockFile.read(file, format, report);
        List<BlockFile.Fault> faults = new ArrayList<>(content.faults());
        if (content.faultCount() > 0) {
            throw new AdminException("invalid_lines", "The list has lines that cannot be used, so nothing is changed")
                    .with("count", content.faultCount())
                    .with("lines", faults.stream().map(fault -> "line " + fault.line() + ": " + fault.problem()).toList());
        }
        List<String> foreign = content.lines().stream()
                .flatMap(line -> line.target().domain().stream())
                .distinct()
                .filter(domain -> !hosts.contains(domain))
                .sorted()
                .toList();
        if (!foreign.isEmpty()) {
            throw new AdminException(
                            "domain_not_found", "The list has targets of other servers, so nothing is changed")
                    .with("domains", foreign.subList(0, Math.min(foreign.size(), LINES)));
        }
        return content.lines();
    }

    private void compare(List<BlockLine> lines, String source, String actor, Instant now, Plan plan) {
        Map<Target, Block> present = blocklist.among(lines.stream().map(BlockLine::target).toList()).stream()
                .collect(Collectors.toMap(Block::target, block -> block));
        for (BlockLine line : lines) {
            Block wanted = new Block(
                    line.target(), line.reason(), line.note(), actor, source, now, line.startsAt(), line.expiresAt());
            Block other = present.get(line.target());
            if (wanted.stateAt(now) == Block.State.EXPIRED) {
                plan.expired++;
            } else if (other == null) {
                plan.put.add(wanted);
                plan.line("+", wanted);
            } else if (!other.source().equals(source)) {
                plan.kept++;
            } else if (other.saysTheSameAs(wanted)) {
                plan.unchanged++;
            } else {
                plan.put.add(wanted);
                plan.changed.add(wanted.target());
                plan.line("~", wanted);
            }
        }
    }

    /** Takes away all that came from a source, or shows what that would be. */
    Difference undo(String source, boolean apply, String actor, Consumer<String> report) {
        taking.lock();
        try {
            return carryOut(undoing(source), apply, actor, report);
        } finally {
            taking.unlock();
        }
    }

    private Plan undoing(String source) {
        Plan plan = new Plan();
        for (Block present : of(source)) {
            plan.gone.add(present);
            plan.line("-", present);
        }
        if (plan.gone.isEmpty()) {
            throw new AdminException("source_not_found", "Nothing was imported from this source")
                    .with("source", source);
        }
        return plan;
    }

    private Difference carryOut(Plan plan, boolean apply, String actor, Consumer<String> report) {
        Reach hit = reach.apply(plan.put.stream().map(Block::target).toList());
        if (apply) {
            store(plan, actor, report);
        }
        return new Difference(
                apply,
                plan.put.size() - plan.changed.size(),
                plan.changed.size(),
                plan.gone.size(),
                plan.unchanged,
                plan.kept,
                plan.expired,
                hit.accounts(),
                hit.sessions(),
                plan.locksOutCaller,
                plan.lines);
    }

    private void store(Plan plan, String actor, Consumer<String> report) {
        int done = 0;
        try {
            for (int from = 0; from < plan.put.size(); from += PART) {
                List<Block> part = plan.put.subList(from, Math.min(plan.put.size(), from + PART));
                blocklist.change(part, List.of(), actor);
                done += part.size();
                report.accept(done + " blocks stored");
            }
            for (int from = 0; from < plan.gone.size(); from += PART) {
                blocklist.change(
                        List.of(), plan.gone.subList(from, Math.min(plan.gone.size(), from + PART)), actor);
            }
        } finally {
            blocklist.manyChanged(); // what was stored before a failure holds, and the same import goes on from there
        }
    }

    private Iterable<Block> of(String source) {
        BlocklistStore.Filter filter = new BlocklistStore.Filter(null, null, source);
        return () -> new Parts(filter);
    }

    /**
     * Writes blocks into a new file.
     *
     * @throws AdminException when it exists or cannot be written
     */
    BlockFile.Written write(Path file, ListFormat format, BlocklistStore.Filter filter) {
        Instant now = time.now();
        AtomicLong untold = new AtomicLong();
        BlockFile.Written written = BlockFile.write(file, format, () -> {
            untold.set(0);
            Iterable<Block> all = () -> new Parts(filter);
            return StreamSupport.stream(all.spliterator(), false)
                    .filter(block -> {
                        boolean told = format == ListFormat.CSV || block.holdsAt(now);
                        untold.addAndGet(told ? 0 : 1); // that list has no moments: it would hold at once, and for ever
                        return told;
                    })
                    .map(ListExchange::exported)
                    .iterator();
        });
        return new BlockFile.Written(written.written(), written.leftOut() + untold.get());
    }

    private static BlockFile.Exported exported(Block block) {
        BlockLine line =
                new BlockLine(block.target(), block.reason(), block.note(), block.startsAt(), block.expiresAt());
        return new BlockFile.Exported(
                line, block.source(), block.actor() == null ? "" : block.actor(), block.createdAt());
    }

    /** Goes through blocks a part at a time. */
    private final class Parts implements Iterator<Block> {
        private final BlocklistStore.Filter filter;
        private List<Block> part;
        private int at;

        Parts(BlocklistStore.Filter filter) {
            this.filter = filter;
            this.part = blocklist.part(filter, null, QUERY);
        }

        @Override
        public boolean hasNext() {
            if (at == part.size() && at > 0) {
                part = blocklist.part(filter, part.getLast().target(), QUERY);
                at = 0;
            }
            return at < part.size();
        }

        @Override
        public Block next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return part.get(at++);
        }
    }
}
