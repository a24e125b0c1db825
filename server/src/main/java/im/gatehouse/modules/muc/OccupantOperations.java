package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What administrators do with the people in a room, and on behalf of them. What they do on somebody's behalf is subject
 * to the rules of the room as if that user had done it. Names as MongooseIM's.
 */
final class OccupantOperations {
    private static final String MUTATION = "MUCAdminMutation";
    private static final String DIRECT_INVITATION = "jabber:x:conference";

    private final Parts parts;
    private final RoomService service;
    private final RoomErrands errands;

    OccupantOperations(Parts parts, RoomService service, RoomErrands errands) {
        this.parts = parts;
        this.service = service;
        this.errands = errands;
    }

    AdminOperations addTo(AdminOperations operations) {
        return operations
                .forDomainOf("room", MUTATION, "kickUser", this::kickUser)
                .forDomainOf("room", MUTATION, "setUserRole", this::setUserRole)
                .forDomainOf("room", MUTATION, "setUserAffiliation", this::setUserAffiliation)
                .forDomainOf("sender", MUTATION, "inviteUser", this::inviteUser)
                .forDomainOf("from", MUTATION, "sendMessageToRoom", this::sendMessageToRoom)
                .forDomainOf("from", MUTATION, "sendPrivateMessage", this::sendPrivateMessage)
                .forDomainOf("user", MUTATION, "enterRoom", this::enterRoom)
                .forDomainOf("user", MUTATION, "exitRoom", this::exitRoom);
    }

    // --- with them ---

    private @Nullable Object kickUser(AdminCall call) {
        return role(call, Role.NONE, call.optionalString("reason"), "User kicked successfully");
    }

    private @Nullable Object setUserRole(AdminCall call) {
        return role(call, Role.valueOf(call.string("role")), null, "Role set successfully");
    }

    private @Nullable Object role(AdminCall call, Role role, @Nullable String reason, String success) {
        String nick = call.string("nick");
        return errands.in(call, (room, done) -> {
            if (service.reception().listChanges().ordered(room, nick, role, reason)) {
                done.complete(success);
            } else {
                done.completeExceptionally(
                        new AdminException("user_not_found", "Nobody of this nick is in the room").with("nick", nick));
            }
        });
    }

    private @Nullable Object setUserAffiliation(AdminCall call) {
        Jid user = call.jid("user").bare();
        Affiliation affiliation = Affiliation.valueOf(call.string("affiliation"));
        return errands.in(call, (room, done) -> {
            Affiliations.Entry before = room.affiliations.entry(user);
            boolean keepsNick = before != null && affiliation.atLeast(Affiliation.MEMBER);
            Affiliations.Entry entry =
                    new Affiliations.Entry(user, affiliation, keepsNick ? before.nick() : null, null);
            if (before != null
                    && before.affiliation() == Affiliation.OWNER
                    && affiliation != Affiliation.OWNER
                    && room.affiliations.owners() == 1) {
                done.completeExceptionally(new AdminException("last_owner", "A room needs an owner"));
                return;
            }
            service.reception()
                    .changes()
                    .store(room, RoomErrands.nobodysRequest(room), List.of(entry), null, _ ->
                            done.complete("Affiliation set successfully"));
        });
    }

    // --- on their behalf ---

    /** A direct invitation (XEP-0249); into a members-only room an admin of it makes the guest a member first. */
    private @Nullable Object inviteUser(AdminCall call) {
        Jid sender = call.jid("sender");
        Jid recipient = call.jid("recipient");
        return errands.in(call, (room, done) -> {
            boolean belongs = parts.affiliation(room, sender).atLeast(Affiliation.MEMBER);
            if (!belongs && room.occupants.of(sender.bare()).isEmpty()) {
                done.completeExceptionally(notIn(sender)); // the invitation holds the password
                return;
            }
            boolean stranger = parts.affiliation(room, recipient) == Affiliation.NONE;
            boolean joins = stranger && room.config(MembersOnly.SETTING);
            if (joins && !parts.affiliation(room, sender).atLeast(Affiliation.ADMIN)) {
                done.completeExceptionally(
                        new AdminException("not_allowed", "Only admins of this room invite those who are no members"));
                return;
            }
            List<Affiliations.Entry> members = joins
                    ? List.of(new Affiliations.Entry(recipient.bare(), Affiliation.MEMBER, null, null))
                    : List.of();
            Message invitation = invitation(room, sender, recipient, call.optionalString("reason"));
            service.reception().changes().store(room, RoomErrands.nobodysRequest(room), members, null, _ -> {
                parts.router.route(invitation, room.lane());
                done.complete("Invitation sent successfully");
            });
        });
    }

    private Message invitation(Room room, Jid sender, Jid recipient, @Nullable String reason) {
        String password = room.config(Password.SETTING);
        Element x = Element.builder("x", DIRECT_INVITATION)
                .attribute("jid", room.jid().toString())
                .attribute("password", password.isEmpty() ? null : password)
                .attribute("reason", reason)
                .build();
        return Message.of(Message.Type.NORMAL, sender, recipient, parts.randomId(), x);
    }

    private @Nullable Object sendMessageToRoom(AdminCall call) {
        return errands.in(call, (room, done) -> {
            Stanza said = message(call, Message.Type.GROUPCHAT, room.jid());
            asOccupant(room, said, done, "Message sent successfully");
        });
    }

    private @Nullable Object sendPrivateMessage(AdminCall call) {
        return errands.in(call, (room, done) -> {
            Stanza said = message(call, Message.Type.CHAT, address(room, call.string("toNick")));
            asOccupant(room, said, done, "Message sent successfully");
        });
    }

    private Message message(AdminCall call, Message.Type type, Jid to) {
        Element body = Element.of("body", Namespaces.CLIENT, call.string("body"));
        return Message.of(type, call.jid("from"), to, parts.randomId(), body);
    }

    private static Jid address(Room room, String nick) {
        try {
            return room.jid().withResource(nick);
        } catch (InvalidJidException e) {
            throw new AdminException("invalid_nick", String.valueOf(e.getMessage())).with("nick", nick);
        }
    }

    private void asOccupant(Room room, Stanza said, CompletableFuture<@Nullable Object> done, String success) {
        if (room.occupants.seat(said.sender()) == null) {
            done.completeExceptionally(notIn(said.sender()));
            return;
        }
        service.reception().serve(room, said);
        done.complete(success);
    }

    private static AdminException notIn(Jid user) {
        return new AdminException("user_not_in_room", "This user is not in the room").with("user", user);
    }

    private @Nullable Object enterRoom(AdminCall call) {
        Jid user = call.jid("user");
        if (parts.sessions.find(user) == null) {
            throw new AdminException("user_not_online", "There is no such session").with("user", user);
        }
        Element join = Element.builder("x", Muc.JOIN)
                .child("password", call.optionalString("password"))
                .build();
        return errands.in(call, (room, done) -> {
            Jid address = address(room, call.string("nick"));
            service.reception().serve(room, Presence.of(Presence.Type.AVAILABLE, user, address, join));
            if (room.occupants.seat(user) == null) {
                done.completeExceptionally(
                        new AdminException("not_entered", "The room refused; the client was told why"));
            } else {
                done.complete("Entering room message sent successfully");
            }
        });
    }

    private @Nullable Object exitRoom(AdminCall call) {
        Jid user = call.jid("user");
        return errands.in(call, (room, done) -> {
            Jid address = address(room, call.string("nick"));
            asOccupant(
                    room,
                    Presence.of(Presence.Type.UNAVAILABLE, user, address),
                    done,
                    "Exiting room message sent successfully");
        });
    }
}
