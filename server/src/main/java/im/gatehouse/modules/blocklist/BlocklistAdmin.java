package im.gatehouse.modules.blocklist;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.blocklist.list.BlockFile;
import im.gatehouse.modules.blocklist.list.ListFormat;
import im.gatehouse.modules.blocklist.list.Moments;
import im.gatehouse.modules.blocklist.list.Words;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The commands of the category {@code blocklist}. */
final class BlocklistAdmin {
    private static final String DOMAIN_NOT_FOUND = "domain_not_found";
    private static final String USER_NOT_FOUND = "user_not_found";

    /** What a caller gets who does not say how many. */
    private static final int BLOCKS = 1_000;

    private static final int CHANGES = 100;

    /** In bytes: what every database holds. */
    private static final int LONGEST_SOURCE = 255;

    private final Blocklist blocklist;
    private final ListExchange lists;
    private final Accounts accounts;
    private final Set<String> hosts;
    private final Time time;
    private final Function<Collection<Target>, Reach> reach;

    /**
     * @param hosts the domains of the server, those of guests too
     * @param reach whom targets match at this moment
     */
    BlocklistAdmin(
            Blocklist blocklist,
            ListExchange lists,
            Accounts accounts,
            Set<String> hosts,
            Time time,
            Function<Collection<Target>, Reach> reach) {
        this.blocklist = blocklist;
        this.lists = lists;
        this.accounts = accounts;
        this.hosts = hosts;
        this.time = time;
        this.reach = reach;
    }

    /**
     * The commands.
     *
     * @param admin does the work, or throws when nobody can
     */
    static AdminOperations operations(Supplier<BlocklistAdmin> admin) {
        String query = "BlocklistAdminQuery";
        String mutation = "BlocklistAdminMutation";
        return AdminOperations.ofResource(BlocklistAdmin.class, "blocklist.graphqls")
                .forDomainOf("user", mutation, "addUser", call -> admin.get().addUser(call))
                .forDomainOf("user", mutation, "removeUser", call -> admin.get().removeUser(call))
                .forDomainWithin(
                        "target", BlocklistAdmin::domainOf, mutation, "addBlock", call -> admin.get().addBlock(call))
                .forDomainWithin("target", BlocklistAdmin::domainOf, mutation, "removeBlock", call -> admin.get()
                        .removeBlock(call))
                .global(mutation, "importBlocks", call -> admin.get().importBlocks(call))
                .global(mutation, "undoImport", call -> admin.get().undoImport(call))
                .global(mutation, "exportBlocks", call -> admin.get().exportBlocks(call))
                .forDomainOf("domain", query, "userCount", call -> admin.get().userCount(call))
                .forDomainOf("domain", query, "listBlockedUsers", call -> admin.get().listBlockedUsers(call))
                .forDomainOf("domain", query, "listBlocks", call -> admin.get().listBlocks(call))
                .forDomainOf("user", query, "explainBlock", call -> admin.get().explainBlock(call))
                .forDomainOf("domain", query, "auditTrail", call -> admin.get().auditTrail(call));
    }

    private static Optional<String> domainOf(String target) {
        try {
            return Target.parse(target).domain();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // --- as the reference has them ---

    private boolean addUser(AdminCall call) {
        Target target = new Target.Account(user(call).bare());
        Block block = block(call, target);
        if (call.flag("dryRun")) {
            requireAccount(target);
            call.aside().accept("dryRun", reachOf(List.of(target)).asMap());
        } else {
            put(call, block);
        }
        return true;
    }

    private boolean removeUser(AdminCall call) {
        Target target = new Target.Account(user(call).bare());
        if (call.flag("dryRun")) {
            call.aside().accept("dryRun", reachOf(List.of(target)).asMap());
            return blocklist.find(target).isPresent();
        }
        return blocklist.remove(target, call.actor().name());
    }

    private int userCount(AdminCall call) {
        return blocklist.count(servedDomain(call.string("domain")));
    }

    private List<BlockedUser> listBlockedUsers(AdminCall call) {
        String domain = servedDomain(call.string("domain"));
        return blocklist.list(domain, call.integer("limit", Integer.MAX_VALUE), call.integer("index", 0));
    }

    // --- blocks of every kind ---

    private record Addition(View block, boolean dryRun, long accounts, long sessions, boolean locksOutCaller) {}

    private Addition addBlock(AdminCall call) {
        Target target = target(call.string("target"));
        requireServed(target);
        Block block = block(call, target);
        boolean dryRun = call.flag("dryRun");
        Reach hit = reachOf(List.of(target));
        if (dryRun) {
            requireAccount(target);
        } else {
            put(call, block);
        }
        boolean locksOut = LockOut.hits(call, target);
        return new Addition(view(block, call.actor()), dryRun, hit.accounts(), hit.sessions(), locksOut);
    }

    private record Removal(boolean removed, boolean dryRun, long accounts) {}

    private Removal removeBlock(AdminCall call) {
        Target target = target(call.string("target"));
        boolean dryRun = call.flag("dryRun");
        boolean removed = dryRun
                ? blocklist.find(target).isPresent()
                : blocklist.remove(target, call.actor().name());
        return new Removal(removed, dryRun, removed ? reachOf(List.of(target)).accounts() : 0);
    }

    private List<View> listBlocks(AdminCall call) {
        String kind = call.optionalString("kind");
        String domain = call.optionalString("domain");
        BlocklistStore.Filter filter = new BlocklistStore.Filter(
                domain == null ? null : servedDomain(domain),
                kind == null ? null : Target.Kind.valueOf(kind),
                call.optionalString("source"));
        return blocklist.blocks(filter, call.integer("limit", BLOCKS), call.integer("index", 0)).stream()
                .map(block -> view(block, call.actor()))
                .toList();
    }

    private record Explanation(boolean allowed, String message, @Nullable View refusedBy, List<View> concerning) {}

    private Explanation explainBlock(AdminCall call) {
        Jid user = user(call).bare();
        String ip = call.optionalString("ip");
        InetAddress address = ip == null ? null : address(ip);
        List<Block> concerning = blocklist.concerning(user, address);
        Instant now = time.now();
        Optional<Block> refusing =
                concerning.stream().filter(block -> block.holdsAt(now)).findFirst();
        String from = ip == null ? "" : " from " + ip;
        return new Explanation(
                refusing.isEmpty(),
                refusing.map(block -> user + from + " is refused by " + sentence(block))
                        .orElseGet(() -> "No block refuses " + user + from),
                refusing.map(block -> view(block, call.actor())).orElse(null),
                concerning.stream().map(block -> view(block, call.actor())).toList());
    }

    private static String sentence(Block block) {
        String kind =
                switch (block.target()) {
                    case Target.Account _ -> "the block of the account";
                    case Target.Domain _ -> "the block of the domain ";
                    case Target.Pattern _ -> "the pattern ";
                    case Target.Address _ -> "the block of the address ";
                    case Target.Digest _ -> "the digest ";
                };
        return kind
                + (block.target() instanceof Target.Account ? "" : block.target())
                + (block.source().equals(Block.BY_HAND) ? "" : " from the list " + block.source())
                + (block.expiresAt() == null ? "" : ", until " + block.expiresAt())
                + (block.reason() == null ? "" : ": " + block.reason());
    }

    private record Change(
            Instant at,
            String actor,
            String action,
            String target,
            String kind,
            @Nullable String reason,
            @Nullable String note,
            String source,
            @Nullable Instant from,
            @Nullable Instant until) {
        static Change of(AuditEntry entry) {
            Block block = entry.block();
            return new Change(
                    entry.at(),
                    entry.actor(),
                    entry.action().name(),
                    block.target().toString(),
                    block.target().kind().name(),
                    block.reason(),
                    block.note(),
                    block.source(),
                    block.startsAt(),
                    block.expiresAt());
        }
    }

    private List<Change> auditTrail(AdminCall call) {
        String text = call.optionalString("target");
        String domain = call.optionalString("domain");
        List<Change> found = blocklist
                .trail(
                        domain,
                        text == null ? null : target(text),
                        call.integer("limit", CHANGES),
                        call.integer("index", 0))
                .stream()
                .map(Change::of)
                .toList();
        if (found.isEmpty() && domain != null) {
            servedDomain(domain); // one that is not served any more may have a history, a mistyped one has none
        }
        return found;
    }

    // --- lists ---

    private ListExchange.Difference importBlocks(AdminCall call) {
        return lists.take(
                file(call),
                ListFormat.valueOf(call.string("format")),
                source(call),
                call.flag("apply"),
                call.actor().name(),
                target -> LockOut.hits(call, target),
                call.flag("force"),
                call.report());
    }

    private ListExchange.Difference undoImport(AdminCall call) {
        return lists.undo(source(call), !call.flag("dryRun"), call.actor().name(), call.report());
    }

    private BlockFile.Written exportBlocks(AdminCall call) {
        String domain = call.optionalString("domain");
        BlocklistStore.Filter filter = new BlocklistStore.Filter(
                domain == null ? null : servedDomain(domain), null, call.optionalString("source"));
        return lists.write(file(call), ListFormat.valueOf(call.string("format")), filter);
    }

    private static Path file(AdminCall call) {
        String name = call.string("filename");
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new AdminException("file_not_found", "File not found").with("filename", name);
        }
    }

    private static String source(AdminCall call) {
        String source = call.string("source");
        if (source.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOURCE || Words.problem(source).isPresent()) {
            throw new AdminException("invalid_source", "The name of a source is one line of up to 255 bytes");
        }
        if (source.equals(Block.BY_HAND)) {
            throw new AdminException("invalid_source", "The source 'manual' is what was blocked by hand");
        }
        return source;
    }

    // --- what is common ---

    private void put(AdminCall call, Block block) {
        if (LockOut.hits(call, block.target()) && !call.flag("force")) {
            throw LockOut.refused().with("target", block.target().toString());
        }
        blocklist.put(block, db -> {
            if (block.target() instanceof Target.Account(Jid bare) && !accounts.hold(db, bare)) {
                throw noSuchUser(bare);
            }
        });
    }

    private void requireAccount(Target target) {
        if (target instanceof Target.Account(Jid bare) && !accounts.exists(bare)) {
            throw noSuchUser(bare);
        }
    }

    private static AdminException noSuchUser(Jid user) {
        return new AdminException(USER_NOT_FOUND, "User does not exist").with("user", user.toString());
    }

    private Block block(AdminCall call, Target target) {
        Instant now = time.now();
        Instant start = call.optional("from", Instant.class);
        return new Block(
                target,
                words(call, "reason"),
                words(call, "note"),
                call.actor().name(),
                Block.BY_HAND,
                now,
                start,
                end(call, start, now));
    }

    private static @Nullable Instant end(AdminCall call, @Nullable Instant start, Instant now) {
        Instant until = call.optional("until", Instant.class);
        Duration length = call.optional("for", Duration.class);
        if (until != null && length != null) {
            throw badPeriod("Give either 'until' or 'for'");
        }
        Instant begin = start == null || start.isBefore(now) ? now : start;
        if (!Moments.canBeHeld(begin) || start != null && !Moments.canBeHeld(start)) {
            throw badPeriod("A block begins before the year 10000");
        }
        if (length != null && (length.isZero() || length.compareTo(Duration.between(begin, Moments.LATEST)) > 0)) {
            throw badPeriod("The block would hold for no time, or beyond the year 9999");
        }
        Instant end = length == null ? until : begin.plus(length);
        if (end != null && !end.isAfter(begin)) {
            throw badPeriod("The block would end before it begins, or has ended");
        }
        if (end != null && !Moments.canBeHeld(end)) {
            throw badPeriod("A block ends before the year 10000");
        }
        return end;
    }

    private static AdminException badPeriod(String message) {
        return new AdminException("invalid_period", message);
    }

    private static @Nullable String words(AdminCall call, String argument) {
        String words = call.optionalString(argument);
        if (words != null) {
            Words.problem(words).ifPresent(problem -> {
                throw new AdminException("invalid_" + argument, "The " + argument + " " + problem);
            });
        }
        return words;
    }

    private Jid user(AdminCall call) {
        Jid user = call.jid("user");
        if (!accounts.serves(user.domain())) {
            throw new AdminException(DOMAIN_NOT_FOUND, "User's domain does not exist").with("user", user.toString());
        }
        return user;
    }

    private String servedDomain(String domain) {
        if (!hosts.contains(domain)) {
            throw new AdminException(DOMAIN_NOT_FOUND, "Domain does not exist").with("domain", domain);
        }
        return domain;
    }

    private void requireServed(Target target) {
        if (target instanceof Target.Account(Jid bare) && !accounts.serves(bare.domain())) {
            throw new AdminException(DOMAIN_NOT_FOUND, "User's domain does not exist").with("user", bare.toString());
        }
        target.domain().ifPresent(this::servedDomain);
    }

    private static Target target(String text) {
        try {
            return Target.parse(text);
        } catch (IllegalArgumentException e) {
            throw new AdminException("invalid_target", "The target cannot be used: " + e.getMessage())
                    .with("target", text.length() > 200 ? text.substring(0, 200) : text);
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new AdminException("invalid_ip", "The IP address is none").with("ip", text);
        }
    }

    private Reach reachOf(Collection<Target> targets) {
        return reach.apply(targets);
    }

    /** A block as administrators see it. */
    private record View(
            String target,
            String kind,
            @Nullable String reason,
            @Nullable String note,
            @Nullable String actor,
            String source,
            Instant createdAt,
            @Nullable Instant from,
            @Nullable Instant until,
            String state) {}

    /** Who administers one domain does not see what others noted on blocks that reach beyond it. */
    private View view(Block block, Actor viewer) {
        boolean inward = viewer instanceof Actor.GlobalAdministrator
                || viewer.account()
                        .filter(account -> block.target().domain().equals(Optional.of(account.domain())))
                        .isPresent();
        return new View(
                block.target().toString(),
                block.target().kind().name(),
                block.reason(),
                inward ? block.note() : null,
                inward ? block.actor() : null,
                block.source(),
                block.createdAt(),
                block.startsAt(),
                block.expiresAt(),
                block.stateAt(time.now()).name());
    }
}
