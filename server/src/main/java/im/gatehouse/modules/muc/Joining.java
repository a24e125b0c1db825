package im.gatehouse.modules.muc;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.modules.muc.setting.AllowMultipleSessions;
import im.gatehouse.modules.muc.setting.AllowVisitorNickChange;
import im.gatehouse.modules.muc.setting.AllowVisitorStatus;
import im.gatehouse.modules.muc.setting.LockNicks;
import im.gatehouse.modules.muc.setting.Logged;
import im.gatehouse.modules.muc.setting.MaxUsers;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets people into rooms, makes the room if there is none, and takes their changes of status and nick (XEP-0045
 * sections 7.2, 7.6, 7.7 and 10.1). In the room's lane.
 */
final class Joining {
    /** What the database takes as a room's name. */
    private static final int LONGEST_NAME = 255;

    private final Parts parts;
    private final RoomService service;
    private final Leaving leaving;
    private final Commits commits;
    private final RoomDirectory directory;

    Joining(Parts parts, RoomService service, Leaving leaving, Commits commits, RoomDirectory directory) {
        this.parts = parts;
        this.service = service;
        this.leaving = leaving;
        this.commits = commits;
        this.directory = directory;
    }

    /** What of a client's presence others see: nothing that only the room may say. */
    static List<Element> shownChildren(Presence presence) {
        List<Element> shown = new ArrayList<>(presence.children().size());
        for (Element child : presence.children()) {
            boolean ours =
                    switch (child.namespace()) {
                        case Muc.JOIN, Muc.USER, Muc.OCCUPANT_ID, Muc.STANZA_ID, Muc.DELAY, Muc.HATS -> true;
                        default -> false;
                    };
            if (!ours) {
                shown.add(child);
            }
        }
        return shown;
    }

    /** Takes an available presence from anybody. */
    void available(Room room, Presence presence) {
        String nick = presence.receiver().resource();
        if (nick.isEmpty()) {
            throw new StanzaException(Condition.JID_MALFORMED, "Write a nick after the room's address");
        }
        Element x = presence.child("x", Muc.JOIN);
        Seat seat = room.occupants.seat(presence.sender());
        if (seat == null) {
            if (x == null) {
                parts.router.route(Broadcast.notIn(presence.receiver(), presence.sender()), room.lane());
            } else {
                join(room, presence, x, nick);
            }
        } else if (!seat.occupant.nick().equals(nick)) {
            changeNick(room, seat, presence, nick);
        } else if (x != null) {
            joinAgain(room, seat, presence, x);
        } else {
            update(room, seat, presence);
        }
    }

    // --- coming in ---

    private void join(Room room, Presence presence, Element x, String wanted) {
        Jid user = presence.sender().bare();
        String nick = held(room, user, wanted);
        boolean making = room.state == Room.State.ABSENT;
        Affiliation affiliation = making ? Affiliation.OWNER : parts.affiliation(room, user);
        if (making) {
            mayMake(room, user);
            Nicks.key(nick);
        } else {
            mayEnter(room, user, affiliation, x, nick);
        }
        if (!allowed(room, RoomEvent.Kind.JOIN, presence, affiliation, x)) {
            return;
        }
        if (making) {
            make(room, user);
            commits.configuration(room, presence, configured(room), List.of(), () -> sit(room, presence, x, nick, true));
            leaving.forgetIfOver(room); // when it could not be stored
        } else {
            sit(room, presence, x, nick, false);
        }
    }

    /** The nick to come in with: where nicks are locked, the reserved one (XEP-0045 section 7.10). */
    private static String held(Room room, Jid user, String wanted) {
        Affiliations.Entry entry = room.affiliations.entry(user);
        String own = entry == null || !room.config(LockNicks.SETTING) ? null : entry.nick();
        return own == null || Nicks.alike(own, wanted) ? wanted : own;
    }

    private void mayEnter(Room room, Jid user, Affiliation affiliation, Element x, String nick) {
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
        if (!password.isEmpty()
                && affiliation != Affiliation.OWNER
                && !Password.matches(password, x.childText("password", Muc.JOIN))) {
            throw new StanzaException(Condition.NOT_AUTHORIZED, "This room needs its password");
        }
        Occupant alike = room.occupants.alike(nick);
        if (alike != null && alike.user.equals(user) && room.config(AllowMultipleSessions.SETTING)) {
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

    private void mayMake(Room room, Jid user) {
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
        if (directory.count() >= parts.config.maxRooms()) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "There are as many rooms as there may be");
        }
    }

    /** Makes the room that this object stands for, with its first owner; nothing is stored yet. */
    void make(Room room, Jid user) {
        room.salt = parts.newSalt();
        room.config(parts.config.defaultRoom());
        room.affiliations.put(new Affiliations.Entry(user, Affiliation.OWNER, null, null));
        room.state(parts.config.lockNewRooms() ? Room.State.LOCKED : Room.State.OPEN);
    }

    /** A locked room is not stored before it is configured. */
    private static RoomConfig configured(Room room) {
        return room.state == Room.State.LOCKED
                ? room.config().with(Persistent.SETTING, false)
                : room.config();
    }

    private void sit(Room room, Presence presence, Element x, String nick, boolean made) {
        Jid from = presence.sender();
        Occupant occupant = room.occupants.alike(nick);
        if (occupant == null) {
            occupant = occupant(room, from.bare(), room.jid().withResource(nick));
        }
        Session session = parts.sessions.find(from);
        Seat seat = room.occupants.sit(occupant, from, session, shown(room, occupant, presence));
        List<Status> codes = codes(room);
        if (made) {
            codes.add(Status.CREATED);
        }
        if (!occupant.nick().equals(presence.receiver().resource())) {
            codes.add(Status.NICK_ASSIGNED);
        }
        welcome(room, seat, x, true, presence.id(), codes);
        if (session != null && !service.sits(session, room)) {
            leaving.leave(room, seat, Parting.of());
        }
    }

    private Occupant occupant(Room room, Jid user, Jid address) {
        Affiliation affiliation = parts.affiliation(room, user);
        Element id = Element.builder("occupant-id", Muc.OCCUPANT_ID)
                .attribute("id", Parts.occupantId(room, user))
                .build();
        Role initial = affiliation.initialRole(room.mutesStrangers());
        Role remembered = affiliation.atLeast(Affiliation.ADMIN) ? null : room.roles.get(user);
        Occupant occupant = new Occupant(user, address, id, affiliation, remembered == null ? initial : remembered);
        occupant.hats(room.hats.of(user));
        return occupant;
    }

    /** What one who comes in is warned of. */
    private static List<Status> codes(Room room) {
        List<Status> codes = new ArrayList<>(4);
        if (room.isNonAnonymous()) {
            codes.add(Status.NON_ANONYMOUS);
        }
        if (room.config(Logged.SETTING)) {
            codes.add(Status.LOGGED);
        }
        return codes;
    }

    /** What of an occupant's presence others see. */
    private static List<Element> shown(Room room, Occupant occupant, Presence presence) {
        List<Element> shown = shownChildren(presence);
        if (occupant.role() == Role.VISITOR && !room.config(AllowVisitorStatus.SETTING)) {
            shown.removeIf(child -> child.is("status", Namespaces.CLIENT));
        }
        return shown;
    }

    /** Who is there, then oneself, then what was said, then the subject: the order of XEP-0045 section 7.1. */
    private void welcome(
            Room room, Seat seat, Element x, boolean others, @Nullable String id, List<Status> codes) {
        parts.broadcast.showOthers(room, seat);
        parts.broadcast.enters(room, seat, others, id, codes);
        History.Wanted wanted = HistoryRequest.read(x, parts.time.now());
        room.history.replay(room.jid(), wanted, message -> parts.broadcast.send(room, seat, message));
        parts.broadcast.send(room, seat, Conversation.subject(room));
    }

    // --- being there ---

    /** A client that lost track: it is told everything again. */
    private void joinAgain(Room room, Seat seat, Presence presence, Element x) {
        if (allowed(room, RoomEvent.Kind.JOIN, presence, seat.occupant.affiliation(), x)) {
            List<Element> shown = shown(room, seat.occupant, presence);
            boolean news = !shown.equals(seat.presence) && seat.occupant.shown() == seat;
            seat.presence = shown;
            seat.occupant.changed();
            welcome(room, seat, x, news, presence.id(), codes(room));
        }
    }

    private void update(Room room, Seat seat, Presence presence) {
        Occupant occupant = seat.occupant;
        if (!allowed(room, RoomEvent.Kind.PRESENCE, presence, occupant.affiliation(), null)) {
            return;
        }
        seat.presence = shown(room, occupant, presence);
        if (occupant.shown() == seat) {
            occupant.changed();
            parts.broadcast.enters(room, seat, true, presence.id(), List.of());
        } else {
            parts.broadcast.send(room, seat, occupant.ownPresence(List.of()).id(presence.id()));
        }
    }

    /** All clients of the occupant go over to the new nick together. */
    private void changeNick(Room room, Seat seat, Presence presence, String nick) {
        Occupant occupant = seat.occupant;
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
        if (!allowed(room, RoomEvent.Kind.NICK_CHANGE, presence, occupant.affiliation(), null)) {
            return;
        }
        parts.broadcast.depart(
                room, occupant, occupant.seats, occupant.item().nick(nick), Parting.of(Status.NICK_CHANGED));
        room.occupants.rename(occupant, presence.receiver());
        seat.presence = shown(room, occupant, presence);
        parts.broadcast.show(room, occupant);
    }

    private boolean allowed(
            Room room, RoomEvent.Kind kind, Presence presence, Affiliation affiliation, @Nullable Element echoed) {
        RoomEvent event = new RoomEvent(kind, room, presence.sender(), affiliation, presence);
        if (parts.hooks.events().ask(event) instanceof Verdict.Refuse<StanzaError>(StanzaError error)) {
            Presence answer = (Presence) presence.refuse(error);
            parts.router.route(echoed == null ? answer : answer.with(echoed), room.lane());
            return false;
        }
        return true;
    }
}
