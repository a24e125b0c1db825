package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowPrivateMessages;
import im.gatehouse.modules.muc.setting.ChangeSubject;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said in a room, to all and to one (XEP-0045 sections 7.4, 7.5 and 8.1). In the room's lane. */
final class Conversation {
    private final Parts parts;
    private final Commits commits;
    private final Invitations invitations;
    private final VoiceRequests voiceRequests;
    private final Registration registration;
    private final Retractions retractions;

    Conversation(
            Parts parts,
            Commits commits,
            AffiliationChanges affiliations,
            Registration registration,
            Retractions retractions) {
        this.parts = parts;
        this.commits = commits;
        this.invitations = new Invitations(parts, affiliations);
        this.registration = registration;
        this.retractions = retractions;
        this.voiceRequests = new VoiceRequests(parts);
    }

    /** Takes a message that is no error. */
    void receive(Room room, Message message) {
        if (message.type() == Message.Type.GROUPCHAT) {
            toAll(room, message);
        } else if (message.receiver().isFull()) {
            toOne(room, message);
        } else {
            toRoom(room, message);
        }
    }

    private static Seat speaker(Room room, Message message) {
        Seat seat = room.occupants.seat(message.sender());
        if (seat == null) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "You are not in this room");
        }
        return seat;
    }

    /** Asks the guards; when they refuse, the sender gets the error with the body that was refused. */
    static boolean allowed(Parts parts, Room room, RoomEvent.Kind kind, Message message, Seat sender) {
        RoomEvent event = new RoomEvent(kind, room, message.sender(), sender.occupant.affiliation(), message);
        if (parts.hooks.events().ask(event) instanceof Verdict.Refuse<StanzaError>(StanzaError error)) {
            Message answer = (Message) message.refuse(error);
            Element body = message.child("body", Namespaces.CLIENT);
            Message shown = body == null ? answer : answer.with(body);
            parts.broadcast.sendAddressed(room, sender, shown); // the shortest way, for there may be a flood of these
            if (sender.session != null && error.type() == StanzaError.Type.WAIT) {
                sender.session.rest();
            }
            return false;
        }
        return true;
    }

    // --- to all ---

    private void toAll(Room room, Message message) {
        if (message.receiver().isFull()) {
            throw new StanzaException(Condition.BAD_REQUEST, "What is for all goes to the room's own address");
        }
        Seat seat = speaker(room, message);
        Occupant speaker = seat.occupant;
        boolean subject = message.has("subject", Namespaces.CLIENT)
                && !message.has("body", Namespaces.CLIENT)
                && !message.has("thread", Namespaces.CLIENT);
        if (!subject && !speaker.role().atLeast(Role.PARTICIPANT)) {
            throw new StanzaException(Condition.FORBIDDEN, "You have not been given voice");
        }
        if (subject) {
            changeSubject(room, message, seat);
        } else if (allowed(parts, room, RoomEvent.Kind.MESSAGE, message, seat)) {
            Message said = said(message, speaker);
            if (Retractions.retracted(said) == null) {
                say(room, parts.marked(room, said, speaker.user, message), message);
            } else {
                retractions.byAuthor(room, said, speaker.id, () ->
                        say(room, parts.markedAnyhow(room, said, speaker.user, message), message));
            }
        }
    }

    private void changeSubject(Room room, Message message, Seat seat) {
        Occupant speaker = seat.occupant;
        boolean may = speaker.role() == Role.MODERATOR
                || room.config(ChangeSubject.SETTING) && speaker.role() == Role.PARTICIPANT;
        if (!may) {
            throw new StanzaException(Condition.FORBIDDEN, "You may not change the subject");
        }
        Subject subject = Subject.of(message, speaker.id, speaker.nick(), parts.time.now());
        if (!allowed(parts, room, RoomEvent.Kind.SUBJECT, message, seat)) {
            return;
        }
        commits.commit(room, message, db -> parts.store.subject(db, room.jid(), subject), () -> {
            room.subject = subject;
            Message said =
                    parts.markedAnyhow(room, said(subject.in(message), speaker), speaker.user, message);
            parts.broadcast.toAll(room, said);
            parts.hooks.said().tell(new RoomHooks.Said(room, said));
        });
    }

    /** What everybody gets but for the stanza-id: from the nick, and without what only the room may say. */
    private static Message said(Message message, Occupant speaker) {
        List<Element> children = spoken(message, speaker.affiliation() == Affiliation.OWNER);
        children.add(speaker.id);
        return message.from(speaker.address()).children(children);
    }

    /**
     * What of a message others get.
     *
     * @param quotes whether it may say when it was first said, as owners may who bring a conversation along
     *     (XEP-0045 section 7.9)
     */
    private static List<Element> spoken(Message message, boolean quotes) {
        Jid room = message.receiver().bare();
        List<Element> children = new ArrayList<>(message.children().size() + 2);
        for (Element child : message.children()) {
            boolean forged =
                    switch (child.namespace()) {
                        case Muc.USER, Muc.OCCUPANT_ID, Muc.HATS -> true;
                        case Muc.STANZA_ID -> child.name().equals("stanza-id") && means(child.attribute("by"), room);
                        case Muc.DELAY -> !quotes || means(child.attributeOr("from", room.toString()), room);
                        default -> false;
                    };
            if (!forged) {
                children.add(
                        child.is("retract", Muc.RETRACT)
                                ? child.without(inner -> inner.namespace().equals(Muc.MODERATE))
                                : child);
            }
        }
        return children;
    }

    /** Whether a text is the room's address, however it is written. */
    private static boolean means(@Nullable String address, Jid room) {
        try {
            return address != null && Jid.parse(address).bare().equals(room);
        } catch (InvalidJidException _) {
            return false;
        }
    }

    private void say(Room room, Message said, Message request) {
        parts.broadcast.toAll(room, said);
        if (belongsToHistory(said)) {
            commits.remember(room, said, request);
        }
        parts.hooks.said().tell(new RoomHooks.Said(room, said));
    }

    private static boolean belongsToHistory(Message said) {
        return (said.has("body", Namespaces.CLIENT) || Retractions.retracted(said) != null)
                && !said.has("no-store", Muc.HINTS)
                && !said.has("no-permanent-store", Muc.HINTS);
    }

    /** The subject as one who comes in gets it, empty when there is none (XEP-0045 section 7.2.15). */
    static Message subject(Room room) {
        Subject subject = room.subject;
        Jid from = subject.nick() == null ? room.jid() : room.jid().withResource(subject.nick());
        Message none = Message.of(
                Message.Type.GROUPCHAT, from, null, null, Element.of("subject", Namespaces.CLIENT));
        Instant since = subject.since().truncatedTo(ChronoUnit.MILLIS);
        return subject.equals(Subject.NONE)
                ? none
                : none.children(subject.texts()).with(Element.builder("delay", Muc.DELAY)
                        .attribute("from", room.jid().toString())
                        .attribute("stamp", since.toString())
                        .build());
    }

    // --- to one ---

    private void toOne(Room room, Message message) {
        Seat seat = speaker(room, message);
        Occupant speaker = seat.occupant;
        Occupant target = target(room, message);
        if (!mayWhisper(room, speaker)) {
            throw new StanzaException(Condition.FORBIDDEN, "You may not send private messages in this room");
        }
        if (allowed(parts, room, RoomEvent.Kind.PRIVATE_MESSAGE, message, seat)) {
            List<Element> children = spoken(message, false);
            children.add(speaker.id);
            children.add(Element.of("x", Muc.USER));
            Message whispered = message.from(speaker.address()).children(children);
            target.seats.forEach(each -> parts.router.route(whispered.to(each.jid), room.lane()));
        }
    }

    private static boolean mayWhisper(Room room, Occupant speaker) {
        return switch (room.config(AllowPrivateMessages.SETTING)) {
            case ANYONE -> true;
            case PARTICIPANTS -> speaker.role().atLeast(Role.PARTICIPANT);
            case MODERATORS -> speaker.role() == Role.MODERATOR;
            case NONE -> false;
        };
    }

    private static Occupant target(Room room, Message message) {
        Occupant target = room.occupants.named(message.receiver().resource());
        if (target == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "Nobody of this nick is in the room");
        }
        return target;
    }

    /**
     * An error that answers a private message goes back to who wrote it; one that answers nothing ends here. It carries
     * no words by which one who may not write private messages could write them.
     */
    void relayError(Room room, Message error) {
        Seat from = room.occupants.seat(error.sender());
        Occupant to = room.occupants.named(error.receiver().resource());
        if (from != null && to != null && passes(room, error, from.occupant)) {
            parts.broadcast.toOccupant(
                    room, to, error.from(from.occupant.address()).children(answered(room, error, from.occupant)));
        }
    }

    private static List<Element> answered(Room room, Message error, Occupant sender) {
        Element given = error.child("error", Namespaces.CLIENT);
        if (given == null) {
            return List.of();
        }
        Element reason = RelayedError.of(given);
        if (!mayWhisper(room, sender)) {
            return List.of(reason.without(child ->
                    !child.namespace().equals(Namespaces.STANZA_ERRORS) || child.name().equals("text")));
        }
        Element thread = error.child("thread", Namespaces.CLIENT);
        return thread == null ? List.of(reason) : List.of(thread, reason);
    }

    /** An error that guards refuse is dropped: errors are not answered (RFC 6120 section 8.3.1). */
    private boolean passes(Room room, Message error, Occupant sender) {
        RoomEvent event = new RoomEvent(
                RoomEvent.Kind.PRIVATE_MESSAGE, room, error.sender(), sender.affiliation(), error);
        return !(parts.hooks.events().ask(event) instanceof Verdict.Refuse<StanzaError>);
    }

    // --- to the room itself ---

    private void toRoom(Room room, Message message) {
        Element x = message.child("x", Muc.USER);
        if (x != null && x.child("invite", Muc.USER) != null) {
            invitations.invite(room, message, x, speaker(room, message));
        } else if (x != null && x.child("decline", Muc.USER) != null) {
            invitations.decline(room, message, x);
        } else {
            form(room, message, DataForm.of(message.child("x", DataForm.NAMESPACE)));
        }
    }

    /** What the room itself has sent came back as an error: an invitation, perhaps. */
    void cameBack(Room room, Message error) {
        invitations.cameBack(room, error);
    }

    private void form(Room room, Message message, @Nullable DataForm form) {
        Seat speaker = speaker(room, message);
        String about = form == null ? null : form.formType();
        if (form == null || about == null || form.type() == DataForm.Type.FORM) {
            throw new StanzaException(Condition.BAD_REQUEST, "The room itself does not read this");
        }
        if (form.type() == DataForm.Type.CANCEL) {
            return;
        }
        switch (about) {
            case Muc.REQUEST -> voiceRequests.receive(room, message, form, speaker);
            case Muc.REGISTER_FORM -> registration.decided(room, message, form);
            default -> throw new StanzaException(Condition.BAD_REQUEST, "The room itself does not read this");
        }
    }
}
