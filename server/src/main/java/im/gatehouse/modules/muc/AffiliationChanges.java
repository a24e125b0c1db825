package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stores changes of who is what to a room, and then makes them felt: the banned are out, the promoted have their role,
 * and everybody is told (XEP-0045 sections 9 and 10). Whether they are allowed was asked before. In the room's lane.
 */
final class AffiliationChanges {
    private final Parts parts;
    private final Leaving leaving;
    private final Commits commits;
    private final Letters letters;

    AffiliationChanges(Parts parts, Leaving leaving, Commits commits) {
        this.parts = parts;
        this.leaving = leaving;
        this.commits = commits;
        this.letters = new Letters(parts);
    }

    /** What a list of affiliations may come to: it is in the memory while the room is. */
    static final int MOST_ENTRIES = 20_000;

    /**
     * Refuses what would leave a room without an owner, or with a list that is too long.
     *
     * @throws StanzaException with {@code conflict} or {@code resource-constraint}
     */
    static void mustKeepAnOwner(Room room, Collection<Affiliations.Entry> changes) {
        mustBeRoomFor(room, changes);
        long owners = room.affiliations.owners();
        long left = owners;
        for (Affiliations.Entry entry : changes) {
            Affiliations.Entry before = room.affiliations.entry(entry.jid());
            boolean was = before != null && before.affiliation() == Affiliation.OWNER;
            boolean is = entry.affiliation() == Affiliation.OWNER;
            left += (is ? 1 : 0) - (was ? 1 : 0);
        }
        if (left == 0 && owners > 0) {
            throw new StanzaException(Condition.CONFLICT, "A room needs an owner");
        }
    }

    /**
     * Makes the changes. To be called last; see {@link Commits#commit}.
     *
     * @param request is refused when they cannot be stored
     * @param actor who makes them, or null for an administrator from outside
     * @param then answers the request, and may add to what others are told afterwards
     */
    void store(
            Room room,
            Stanza request,
            List<Affiliations.Entry> changes,
            @Nullable Actor actor,
            Consumer<Aftermath> then) {
        store(room, request, changes, actor, true, then);
    }

    /**
     * Makes changes that nobody who rules the room has decided: who registers, or is invited by anybody, becomes a
     * member by it, and those who were silenced stay so. To be called last, as {@link #store}.
     */
    void storeUndecided(
            Room room, Stanza request, List<Affiliations.Entry> changes, Consumer<Aftermath> then) {
        store(room, request, changes, null, false, then);
    }

    private void store(
            Room room,
            Stanza request,
            List<Affiliations.Entry> changes,
            @Nullable Actor actor,
            boolean decided,
            Consumer<Aftermath> then) {
        Runnable happen = () -> happen(room, changes, actor, decided, then);
        mustBeRoomFor(room, changes);
        if (changes.isEmpty()) {
            happen.run();
        } else {
            commits.commit(room, request, db -> parts.store.affiliations(db, room.jid(), changes), happen);
        }
    }

    private void happen(
            Room room,
            List<Affiliations.Entry> changes,
            @Nullable Actor actor,
            boolean decided,
            Consumer<Aftermath> then) {
        Aftermath aftermath = new Aftermath();
        changes.forEach(change -> apply(room, change, actor, decided, aftermath));
        then.accept(aftermath);
        aftermath.tell();
        leaving.forgetIfOver(room);
    }

    /** Makes a change that is stored felt. */
    void apply(Room room, Affiliations.Entry change, @Nullable Actor actor, Aftermath aftermath) {
        apply(room, change, actor, true, aftermath);
    }

    private void apply(
            Room room, Affiliations.Entry change, @Nullable Actor actor, boolean decided, Aftermath aftermath) {
        Affiliation before = room.affiliations.of(change.jid());
        room.affiliations.put(change);
        if (decided && change.affiliation().atLeast(Affiliation.MEMBER) && !before.atLeast(change.affiliation())) {
            room.roles.keySet().removeIf(user -> isMeant(change, user)); // they come in with what they have become
        }
        boolean present = false;
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            if (isMeant(change, occupant.user)) {
                present = true;
                changed(room, occupant, actor, decided, change.reason(), aftermath);
            }
        }
        if (!present && before != change.affiliation()) {
            aftermath.add(() -> tellOfAbsent(room, change));
            if (actor != null && change.jid().hasLocal() && !actor.user().equals(change.jid())) {
                aftermath.add(() -> letters.affiliationChanged(room, change, before, actor));
            }
        }
    }

    private static boolean isMeant(Affiliations.Entry change, Jid user) {
        Jid jid = change.jid();
        return user.equals(jid) || !jid.hasLocal() && user.domain().equals(jid.domain());
    }

    private void changed(
            Room room,
            Occupant occupant,
            @Nullable Actor actor,
            boolean decided,
            @Nullable String reason,
            Aftermath aftermath) {
        Affiliation before = occupant.affiliation();
        Affiliation now = parts.affiliation(room, occupant.user);
        if (now == before) {
            return;
        }
        String by = actor == null ? null : actor.nick();
        Item gone = new Item(now, Role.NONE).because(by, reason);
        if (now == Affiliation.OUTCAST) {
            leaving.remove(room, occupant, gone, Parting.of(Status.BANNED), aftermath);
        } else if (room.config(MembersOnly.SETTING) && !now.atLeast(Affiliation.MEMBER)) {
            leaving.remove(room, occupant, gone, Parting.of(Status.AFFILIATION_LOST), aftermath);
        } else {
            Role formerly = occupant.role();
            occupant.become(now, role(room, formerly, before, now, decided));
            aftermath.add(() -> parts.broadcast.changed(room, occupant, formerly, by, reason));
        }
    }

    /**
     * The role after a change of affiliation (XEP-0045 section 5.1.2): what was given by hand stays where it can, and
     * what was taken by hand is given back only by those who rule.
     */
    private static Role role(Room room, Role role, Affiliation before, Affiliation now, boolean decided) {
        Role initial = now.initialRole(room.mutesStrangers());
        boolean ruled = before.atLeast(Affiliation.ADMIN) || now.atLeast(Affiliation.ADMIN);
        boolean usual = role == before.initialRole(room.mutesStrangers());
        boolean rises = now.atLeast(before) && initial.atLeast(role) && (decided || usual);
        return ruled || rises ? initial : role;
    }

    /** News of somebody who is not in the room, for those who may see real addresses. */
    private void tellOfAbsent(Room room, Affiliations.Entry entry) {
        Element x = new Item(entry.affiliation(), Role.NONE).jid(entry.jid()).x().build();
        Message news = Message.of(Message.Type.NORMAL, room.jid(), null, null, x);
        for (Seat seat : room.occupants.seats()) {
            if (Broadcast.seesAddresses(room, seat.occupant)) {
                parts.broadcast.send(room, seat, news);
            }
        }
    }

    /** Refuses entries more than a list may have; what shortens it or changes it in place is taken. */
    static void mustBeRoomFor(Room room, Collection<Affiliations.Entry> changes) {
        int entries = room.affiliations.all().size();
        int more = 0;
        for (Affiliations.Entry entry : changes) {
            if (room.affiliations.entry(entry.jid()) == null && entry.affiliation() != Affiliation.NONE) {
                more++;
            }
        }
        if (more > 0 && entries + more > MOST_ENTRIES) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "The lists of this room are full");
        }
    }

    /**
     * An account is no more: it is nothing to the room any longer. If nobody else owned it its admins do from now on,
     * as in the database. All of it is stored once more, for those whom somebody promoted after the removal was stored
     * and before the room came to hear of it: else they would be there for the next of that name.
     */
    void accountRemoved(Room room, Jid account) {
        Affiliations.Entry entry = room.affiliations.entry(account);
        removed(room, account::equals, entry == null ? Stream.of() : Stream.of(entry), true);
    }

    /** As {@link #accountRemoved}, for all accounts of a domain; of those who are not in the room nobody is told. */
    void domainRemoved(Room room, String domain) {
        Predicate<Jid> gone = jid -> jid.hasLocal() && jid.domain().equals(domain);
        removed(room, gone, room.affiliations.all().stream().filter(entry -> gone.test(entry.jid())), false);
    }

    private void removed(Room room, Predicate<Jid> gone, Stream<Affiliations.Entry> entries, boolean told) {
        if (room.state == Room.State.GONE) {
            return;
        }
        room.roles.keySet().removeIf(gone);
        room.applicants.keySet().removeIf(gone);
        List<Affiliations.Entry> lost =
                entries.filter(entry -> entry.affiliation() != Affiliation.OUTCAST).toList();
        if (!lost.isEmpty()) {
            lose(room, gone, lost, told);
        }
        Hats hats = room.hats.without(gone);
        if (hats != room.hats) {
            room.hats = hats;
            commits.commit(
                    room, RoomErrands.nobodysRequest(room), db -> parts.hats.put(db, room.jid(), hats), () -> {});
        }
    }

    /** Takes entries out of the lists, looking at those who are in the room once for all of them. */
    private void lose(Room room, Predicate<Jid> gone, List<Affiliations.Entry> lost, boolean told) {
        List<Affiliations.Entry> nothings = lost.stream()
                .map(entry -> new Affiliations.Entry(entry.jid(), Affiliation.NONE, null, null))
                .toList();
        nothings.forEach(room.affiliations::put);
        Aftermath aftermath = new Aftermath();
        boolean present = false;
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            if (gone.test(occupant.user)) {
                present = true;
                changed(room, occupant, null, true, null, aftermath);
            }
        }
        if (told && !present) {
            nothings.forEach(nothing -> aftermath.add(() -> tellOfAbsent(room, nothing)));
        }
        aftermath.tell();
        leaving.forgetIfOver(room);
        boolean owned = lost.stream().anyMatch(entry -> entry.affiliation() == Affiliation.OWNER);
        List<Affiliations.Entry> heirs = owned ? room.affiliations.heirs() : List.of();
        List<Affiliations.Entry> stored = Stream.concat(nothings.stream(), heirs.stream()).toList();
        commits.commit(
                room,
                RoomErrands.nobodysRequest(room),
                db -> parts.store.affiliations(db, room.jid(), stored),
                () -> happen(room, heirs, null, true, _ -> {}));
    }
}
