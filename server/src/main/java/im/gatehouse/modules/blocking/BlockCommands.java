package im.gatehouse.modules.blocking;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.roster.Contacts;
import im.gatehouse.modules.roster.Interest;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What clients ask about whom the user has blocked, and change of it (XEP-0191 sections 3.2 to 3.5). May block. */
final class BlockCommands {
    static final String NAMESPACE = "urn:xmpp:blocking";

    /** Set on sessions that asked for the list and so hear of its changes. */
    private static final Session.Key<Interest> INTEREST = new Session.Key<>("interest in the blocked");

    /** Under which a session's interest is packed. */
    private static final String LUGGAGE = "interest in the blocked";

    private final BlockLists lists;
    private final Reports reports;
    private final Sessions sessions;
    private final Rosters rosters;
    private final Presences presences;
    private final BlockingMetrics metrics;

    private volatile BlockingConfig config;

    BlockCommands(
            BlockingConfig config,
            BlockLists lists,
            Reports reports,
            Sessions sessions,
            Rosters rosters,
            Presences presences,
            BlockingMetrics metrics) {
        this.config = config;
        this.lists = lists;
        this.reports = reports;
        this.sessions = sessions;
        this.rosters = rosters;
        this.presences = presences;
        this.metrics = metrics;
    }

    void config(BlockingConfig fresh) {
        config = fresh;
        reports.config(fresh);
    }

    // --- asked ---

    Iq get(Iq request) {
        Jid account = own(request);
        Session session = sessions.find(request.sender());
        if (session == null) {
            throw new StanzaException(Condition.RECIPIENT_UNAVAILABLE);
        }
        return lists.reading(account, list -> {
            Interest interest = new Interest(session);
            Interest earlier = session.kept(INTEREST);
            if (earlier != null) {
                earlier.supersede();
            }
            session.keep(INTEREST, interest);
            session.lane().add(interest::open);
            return request.result(items("blocklist", list.items()));
        });
    }

    /** Remembers over a restart that a session hears of changes. */
    void pack(Luggage luggage) {
        if (luggage.session().kept(INTEREST) != null) {
            luggage.put(LUGGAGE, Element.of("interested", NAMESPACE));
        }
    }

    void unpack(Luggage luggage) {
        if (luggage.get(LUGGAGE) != null) {
            Interest interest = new Interest(luggage.session());
            interest.open();
            luggage.session().keep(INTEREST, interest);
        }
    }

    private static Element items(String name, Iterable<Jid> items) {
        Element.Builder element = Element.builder(name, NAMESPACE);
        for (Jid item : items) {
            element.child(Element.builder("item", NAMESPACE)
                    .attribute("jid", item.toString())
                    .build());
        }
        return element.build();
    }

    // --- changed ---

    Iq block(Iq request) {
        Jid account = own(request);
        Map<Jid, Element> items = read(request.request());
        if (items.isEmpty()) {
            throw new StanzaException(Condition.BAD_REQUEST, "Whom to block is missing");
        }
        if (items.keySet().stream().anyMatch(item -> item.bare().equals(account))) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Nobody blocks the own account");
        }
        List<Report> made = new ArrayList<>();
        items.forEach((jid, item) -> Report.read(jid, item).ifPresent(made::add));
        List<Report> stored = new ArrayList<>();
        BlockLists.Change change = lists.change(
                account,
                before -> limited(before, before.with(items.keySet())),
                db -> {
                    stored.clear(); // this may run more than once
                    stored.addAll(reports.store(db, account, made));
                },
                () -> push(account, items("block", items.keySet())));
        List<Jid> added = change.after().beyond(change.before());
        metrics.blocked(account, added.size());
        hide(account, added);
        reports.tell(account, stored);
        return request.result();
    }

    private BlockList limited(BlockList before, BlockList after) {
        int most = config.maxItems();
        if (after.size() > most && after.size() > before.size()) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "At most " + most + " addresses can be blocked");
        }
        return after;
    }

    Iq unblock(Iq request) {
        Jid account = own(request);
        Set<Jid> items = read(request.request()).keySet();
        BlockLists.Change change = lists.change(
                account,
                before -> items.isEmpty() ? BlockList.NONE : before.without(items),
                _ -> {},
                () -> push(account, items("unblock", items)));
        List<Jid> removed = change.before().beyond(change.after());
        metrics.unblocked(account, removed.size());
        show(account, removed, change.after());
        return request.result();
    }

    private static Map<Jid, Element> read(Element command) {
        Map<Jid, Element> items = new LinkedHashMap<>();
        for (Element item : command.children("item", NAMESPACE)) {
            items.putIfAbsent(address(item.attribute("jid")), item);
        }
        return items;
    }

    private static Jid address(@Nullable String text) {
        if (text == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "An item needs a jid");
        }
        Jid jid;
        try {
            jid = Jid.parse(text);
        } catch (InvalidJidException _) {
            throw new StanzaException(Condition.JID_MALFORMED);
        }
        if (!BlockListStore.holds(jid)) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The address is too long");
        }
        return jid;
    }

    private void push(Jid account, Element command) {
        Iq push = Iq.of(Iq.Type.SET, account, account, "push-" + UUID.randomUUID(), command);
        for (Session session : sessions.of(account)) {
            Interest interest = session.kept(INTEREST);
            if (interest != null) {
                interest.push(push.to(session.jid()));
            }
        }
    }

    /** The account, for its owner alone; to strangers it looks like none, so that names cannot be tried out. */
    private static Jid own(Iq request) {
        Jid account = request.sender().bare();
        if (!request.receiver().equals(account)) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        }
        return account;
    }

    // --- what others see of it ---

    /** Whoever is blocked now sees the user go. */
    private void hide(Jid account, List<Jid> added) {
        if (!added.isEmpty()) {
            presences.hide(account, concerned(contacts(account).from(), added), BlockList.of(added)::covers);
        }
    }

    /** Whoever is not blocked any more sees where the user is, and is seen. */
    private void show(Jid account, List<Jid> removed, BlockList still) {
        Contacts contacts = contacts(account);
        Set<Jid> told = concerned(contacts.from(), removed);
        Set<Jid> seen = concerned(contacts.to(), removed);
        told.removeIf(still::covers);
        seen.removeIf(still::covers);
        if (!told.isEmpty() || !seen.isEmpty()) {
            presences.show(account, told, seen);
        }
    }

    private Contacts contacts(Jid account) {
        return Objects.requireNonNullElse(rosters.contacts(account), Contacts.NONE);
    }

    /** The contacts that items stand for, and the resources of contacts that items name. */
    private static Set<Jid> concerned(Set<Jid> contacts, List<Jid> items) {
        BlockList list = BlockList.of(items);
        return Stream.concat(
                        contacts.stream().filter(list::covers),
                        items.stream().filter(item -> item.isFull() && contacts.contains(item.bare())))
                .collect(Collectors.toSet());
    }
}
