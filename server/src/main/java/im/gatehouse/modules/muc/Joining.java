package im.gatehouse.modules.muc;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.modules.muc.setting.AllowVisitorStatus;
import im.gatehouse.modules.muc.setting.Logged;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlBuffer;
import im.gatehouse.xml.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets people into rooms, makes the room if there is none, and takes their changes of status and nick (XEP-0045
 * sections 7.2, 7.6, 7.7 and 10.1). In the room's lane.
 */
final class Joining {
    /** What a client may say of itself in bytes: the room keeps it, and sends it to everybody who comes in. */
    static final int MOST_BYTES = 8_192;

    private final Parts parts;
    private final RoomService service;
    private final Leaving leaving;
    private final Commits commits;
    private final EntryRules rules;

    Joining(Parts parts, RoomService service, Leaving leaving, Commits commits, RoomDirectory directory) {
        this.parts = parts;
        this.service = service;
        this.leaving = leaving;
        this.commits = commits;
        this.rules = new EntryRules(parts, directory);
    }

    /** What of a client's presence others see: nothing that only the room may say. */
    private static List<Element> shownChildren(Presence presence) {
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

    private static void mustBeShort(Presence presence) {
        XmlBuffer written = new XmlBuffer();
        for (Element child : shownChildren(presence)) {
            XmlWriter.write(child, Namespaces.CLIENT, written);
            if (written.length() > MOST_BYTES) {
                throw new StanzaException(
                        Condition.NOT_ACCEPTABLE, "A presence in a room has at most %,d bytes".formatted(MOST_BYTES));
            }
        }
    }

    /** Takes an available presence from anybody. */
    void available(Room room, Presence presence) {
        String nick = presence.receiver().resource();
        if (nick.isEmpty()) {
            throw new StanzaException(Condition.JID_MALFORMED, "Write a nick after the room's address");
        }
        mustBeShort(presence);
        Element x = presence.child("x", Muc.JOIN);
        Seat seat = room.occupants.seat(presence.sender());
        if (seat == null) {
            if (x == null) {
                parts.router.route(Broadcast.notIn(presence.receiver(), presence.sender()), room.lane());
            } else {
                join(room, presence, x, nick);
            }
        } else if (x != null) {
            joinAgain(room, seat, presence, x, nick);
        } else if (!seat.occupant.nick().equals(nick)) {
            changeNick(room, seat, presence, nick);
        } else {
            update(room, seat, presence);
        }
    }

    // --- coming in ---

    private void join(Room room, Presence presence, Element x, String wanted) {
        Jid user = presence.sender().bare();
        String nick = EntryRules.held(room, user, wanted);
        boolean making = room.state == Room.State.ABSENT;
        Affiliation affiliation = making ? Affiliation.OWNER : parts.affiliation(room, user);
        if (making) {
            rules.mayMake(room, user);
            Nicks.key(nick);
        } else {
            rules.mayEnter(room, user, affiliation, x, nick);
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

    /** Makes the room that this object stands for, with its first owner; nothing is stored yet. */
    void make(Room room, Jid user) {
        room.salt = parts.newSalt();
        room.maker(user);
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
        welcome(room, seat, x, occupant.shown() == seat, presence.id(), codes);
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
        Role given = affiliation.atLeast(Affiliation.ADMIN) ? null : given(room, user, initial);
        Role role = given == null ? initial : given;
        Occupant occupant = new Occupant(user, address, id, affiliation, role, room.broadcasts(role));
        occupant.hats(room.hats.of(user));
        return occupant;
    }

    /**
     * The role given by hand: on an earlier visit, or under another nick, so that a second one brings no voice back.
     */
    private static @Nullable Role given(Room room, Jid user, Role initial) {
        for (Occupant other : room.occupants.all()) {
            if (other.user.equals(user) && !other.role().atLeast(initial)) {
                return other.role();
            }
        }
        return room.roles.get(user);
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

    /** What of an occupant's presence others see, the last one included. */
    static List<Element> shown(Room room, Occupant occupant, Presence presence) {
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
        room.history.replay(room.jid(), seat.jid, wanted, message -> parts.broadcast.send(room, seat, message));
        parts.broadcast.send(room, seat, Conversation.subject(room));
    }

    // --- being there ---

    /**
     * A client that lost track, whichever nick it believes that it has: it is told everything again (XEP-0045 section
     * 17.3).
     */
    private void joinAgain(Room room, Seat seat, Presence presence, Element x, String wanted) {
        if (allowed(room, RoomEvent.Kind.JOIN, presence, seat.occupant.affiliation(), x)) {
            List<Element> before = seat.presence();
            boolean concernsOthers = shows(seat, shown(room, seat.occupant, presence));
            boolean news = concernsOthers && !before.equals(seat.presence());
            List<Status> codes = codes(room);
            if (room.state == Room.State.LOCKED) {
                codes.add(Status.CREATED);
            }
            if (!seat.occupant.nick().equals(wanted)) {
                codes.add(Status.NICK_ASSIGNED);
            }
            welcome(room, seat, x, news, presence.id(), codes);
        }
    }

    private void update(Room room, Seat seat, Presence presence) {
        Occupant occupant = seat.occupant;
        if (!allowed(room, RoomEvent.Kind.PRESENCE, presence, occupant.affiliation(), null)) {
            return;
        }
        if (shows(seat, shown(room, occupant, presence))) {
            parts.broadcast.enters(room, seat, true, presence.id(), List.of());
        } else {
            parts.broadcast.send(room, seat, occupant.ownPresence(List.of()).id(presence.id()));
        }
    }

    /** Takes what a client says of itself, and says whether it was or is now the one that others are shown. */
    private static boolean shows(Seat seat, List<Element> presence) {
        Seat before = seat.occupant.shown();
        seat.presence(presence);
        seat.occupant.changed();
        return before == seat || seat.occupant.shown() == seat;
    }

    /** All clients of the occupant go over to the new nick together. */
    private void changeNick(Room room, Seat seat, Presence presence, String nick) {
        Occupant occupant = seat.occupant;
        EntryRules.mayChangeNick(room, occupant, nick);
        if (!allowed(room, RoomEvent.Kind.NICK_CHANGE, presence, occupant.affiliation(), null)) {
            return;
        }
        parts.broadcast.depart(
                room, occupant, occupant.seats, occupant.item().nick(nick), Parting.of(Status.NICK_CHANGED));
        room.occupants.rename(occupant, presence.receiver());
        seat.presence(shown(room, occupant, presence));
        parts.broadcast.enters(room, seat, true, presence.id(), List.of());
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
