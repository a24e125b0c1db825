package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowMultipleSessions;
import im.gatehouse.modules.muc.setting.AllowVisitorNickChange;
import im.gatehouse.modules.muc.setting.LockNicks;
import im.gatehouse.modules.muc.setting.MaxUsers;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Says who may come into a room and under which nick, and who may make one: the errors of XEP-0045 sections 7.2, 7.6
 * and 10.1. In the room's lane.
 */
final class EntryRules {
    /** What the database takes as a room's name. */
    private static final int LONGEST_NAME = 255;

    /** Clients under one nick at most: each is sent everything. */
    private static final int MOST_CLIENTS = 50;

    private final Parts parts;
    private final RoomDirectory directory;

    EntryRules(Parts parts, RoomDirectory directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** The nick to come in with: where nicks are locked, the reserved one (XEP-0045 section 7.10). */
    static String held(Room room, Jid user, String wanted) {
        Affiliations.Entry entry = room.affiliations.entry(user);
        String own = entry == null || !room.config(LockNicks.SETTING) ? null : entry.nick();
        return own == null || Nicks.alike(own, wanted) ? wanted : own;
    }

    /**
     * Refuses one who may not come in, with the error that says why.
     *
     * @param x the {@code <x/>} with which they join
     */
    void mayEnter(Room room, Jid user, Affiliation affiliation, Element x, String nick) {
        if (room.state == Room.State.LOCKED && affiliation != Affiliation.OWNER) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "The room is being set up");
        }
        if (affiliation == Affiliation.OUTCAST) {
            throw new StanzaException(Condition.FORBIDDEN, "You are banned from this room");
        }
        if (room.config(MembersOnly.SETTING) && !affiliation.atLeast(Affiliation.MEMBER)) {
            throw new StanzaException(Condition.REGISTRATION_REQUIRED, "Only members come into this room");
        }
        String password = room.config(Password.SETTING);
        if (!password.isEmpty() && !Password.matches(password, x.childText("password", Muc.JOIN))) {
            throw new StanzaException(Condition.NOT_AUTHORIZED, "This room needs its password");
        }
        Occupant alike = room.occupants.alike(nick);
        if (alike != null && alike.user.equals(user) && room.config(AllowMultipleSessions.SETTING)) {
            if (alike.seats.size() >= MOST_CLIENTS) {
                throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "You are here with too many clients");
            }
            return;
        }
        mayTake(room, user, nick, alike);
        int most = parts.config.maxOccupants();
        int own = room.config(MaxUsers.SETTING);
        if (!affiliation.atLeast(Affiliation.ADMIN)
                && room.occupants.count() >= (own == 0 ? most : Math.min(own, most))) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE
                    .error("The room is full")
                    .type(StanzaError.Type.WAIT));
        }
    }

    private static void mayTake(Room room, Jid user, String nick, @Nullable Occupant alike) {
        Jid holder = room.affiliations.holder(nick);
        if (alike != null || holder != null && !holder.equals(user)) {
            throw new StanzaException(Condition.CONFLICT, "Somebody has this nick");
        }
    }

    /** Refuses one who may not make a room of that name. Blocks. */
    void mayMake(Room room, Jid user) {
        boolean may = switch (parts.config.create()) {
            case ANYONE -> true;
            case LOCAL -> parts.router.isHost(user.domain());
            case ADMINS -> false;
        };
        if (!may && !parts.isAdmin.test(user)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "You may not make rooms here");
        }
        if (room.jid().local().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The name of the room is too long");
        }
        int most = parts.config.maxRoomsPerUser();
        if (most > 0 && !parts.isAdmin.test(user) && directory.ownedBy(user) >= most) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "You own as many rooms as you may");
        }
        if (directory.count() >= parts.config.maxRooms()) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "There are as many rooms as there may be");
        }
    }

    /** Refuses an occupant who may not go over to another nick. */
    static void mayChangeNick(Room room, Occupant occupant, String nick) {
        if (!Nicks.alike(held(room, occupant.user, nick), nick)) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .error("Your nick in this room is the one you have reserved")
                    .type(StanzaError.Type.CANCEL));
        }
        if (occupant.role() == Role.VISITOR && !room.config(AllowVisitorNickChange.SETTING)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Without voice you keep your nick");
        }
        Occupant alike = room.occupants.alike(nick);
        mayTake(room, occupant.user, nick, alike == occupant ? null : alike);
    }
}
