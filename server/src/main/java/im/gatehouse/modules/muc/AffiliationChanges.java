package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Moderated;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores changes of who is what to a room, and then makes them felt: the banned are out, the promoted have their role,
 * and everybody is told (XEP-0045 sections 9 and 10). Whether they are allowed was asked before. In the room's lane.
 */
final class AffiliationChanges {
    private final Parts parts;
    private final Leaving leaving;
    private final Commits commits;

    AffiliationChanges(Parts parts, Leaving leaving, Commits commits) {
        this.parts = parts;
        this.leaving = leaving;
        this.commits = commits;
    }

    /**
     * Makes the changes. To be called last; see {@link Commits#commit}.
     *
     * @param request is refused when they cannot be stored
     * @param actor the nick of who makes them, or null
     * @param then what is done afterwards
     */
    void store(
            Room room, Stanza request, List<Affiliations.Entry> entries, @Nullable String actor, Runnable then) {
        if (entries.isEmpty()) {
            then.run();
            return;
        }
        commits.commit(room, request, db -> parts.store.affiliations(db, room.jid(), entries), () -> {
            entries.forEach(entry -> apply(room, entry, actor));
            then.run();
            leaving.forgetIfOver(room);
        });
    }

    private void apply(Room room, Affiliations.Entry entry, @Nullable String actor) {
        Affiliation before = room.affiliations.of(entry.jid());
        room.affiliations.put(entry);
        boolean present = false;
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            boolean meant = occupant.user.equals(entry.jid())
                    || !entry.jid().hasLocal() && occupant.user.domain().equals(entry.jid().domain());
            if (meant) {
                present = true;
                changed(room, occupant, actor, entry.reason());
            }
        }
        if (!present && before != entry.affiliation()) {
            tellOfAbsent(room, entry);
        }
    }

    private void changed(Room room, Occupant occupant, @Nullable String actor, @Nullable String reason) {
        Affiliation before = occupant.affiliation();
        Affiliation now = parts.affiliation(room, occupant.user);
        if (now == before) {
            return;
        }
        Item gone = new Item(now, Role.NONE).because(actor, reason);
        if (now == Affiliation.OUTCAST) {
            leaving.remove(room, occupant, gone, Parting.of(Status.BANNED));
        } else if (room.config(MembersOnly.SETTING) && !now.atLeast(Affiliation.MEMBER)) {
            leaving.remove(room, occupant, gone, Parting.of(Status.AFFILIATION_LOST));
        } else {
            occupant.become(now, role(room, occupant.role(), before, now));
            parts.broadcast.show(room, occupant);
        }
    }

    /** The role after a change of affiliation (XEP-0045 section 5.1.2): what was given by hand stays where it can. */
    private static Role role(Room room, Role role, Affiliation before, Affiliation now) {
        Role initial = now.initialRole(room.config(Moderated.SETTING));
        boolean ruled = before.atLeast(Affiliation.ADMIN) || now.atLeast(Affiliation.ADMIN);
        return ruled || initial.atLeast(role) ? initial : role;
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

    /** An account is no more: it is nothing to the room any longer. */
    void accountRemoved(Room room, Jid account) {
        Affiliations.Entry entry = room.affiliations.entry(account);
        if (entry != null && entry.affiliation() != Affiliation.OUTCAST) {
            apply(room, new Affiliations.Entry(account, Affiliation.NONE, null, null), null);
            leaving.forgetIfOver(room);
        }
    }
}
