package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.modules.muc.setting.Logged;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.modules.muc.setting.WhoIs;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets owners configure and destroy their room (XEP-0045 sections 10.1 to 10.3 and 10.9). In the room's lane. */
final class OwnerForm {
    private final Parts parts;
    private final Leaving leaving;
    private final Commits commits;
    private final RoomDirectory directory;
    private final AffiliationChanges affiliations;

    OwnerForm(
            Parts parts,
            Leaving leaving,
            Commits commits,
            RoomDirectory directory,
            AffiliationChanges affiliations) {
        this.parts = parts;
        this.leaving = leaving;
        this.commits = commits;
        this.directory = directory;
        this.affiliations = affiliations;
    }

    void receive(Room room, Iq iq) {
        if (parts.affiliation(room, iq.sender()) != Affiliation.OWNER) {
            throw new StanzaException(Condition.FORBIDDEN, "Only owners do this");
        }
        Element query = iq.request();
        if (!query.name().equals("query")) {
            throw new StanzaException(Condition.BAD_REQUEST);
        }
        Element destroy = query.child("destroy", Muc.OWNER);
        if (iq.type() == Iq.Type.GET) {
            parts.router.route(iq.result(form(room)), room.lane());
        } else if (destroy != null) {
            destroy(room, iq, destroyed(destroy), () -> parts.router.route(iq.result(), room.lane()));
        } else {
            submitted(room, iq, DataForm.of(query.child("x", DataForm.NAMESPACE)));
        }
    }

    private Element form(Room room) {
        List<DataForm.Field> fields = new ArrayList<>(parts.hooks.settings().fields(room.config()));
        fields.addAll(OwnerLists.fields(room));
        DataForm form =
                DataForm.of(DataForm.Type.FORM, Muc.ROOM_CONFIG, "Configuration of " + room.jid(), fields);
        return Element.builder("query", Muc.OWNER).child(form.toElement()).build();
    }

    private void submitted(Room room, Iq iq, @Nullable DataForm form) {
        if (form == null || form.type() != DataForm.Type.SUBMIT && form.type() != DataForm.Type.CANCEL) {
            throw new StanzaException(Condition.BAD_REQUEST, "This needs a form that is submitted or cancelled");
        }
        if (form.type() == DataForm.Type.CANCEL) {
            cancelled(room, iq);
            return;
        }
        String about = form.formType();
        if (about != null && !about.equals(Muc.ROOM_CONFIG)) {
            throw new StanzaException(Condition.BAD_REQUEST, "This form is about something else");
        }
        RoomConfig config = parts.hooks.settings().submitted(form, room.config());
        Affiliation left = config.get(MembersOnly.SETTING) ? Affiliation.MEMBER : Affiliation.NONE;
        List<Affiliations.Entry> lists = OwnerLists.submitted(room, form, left);
        Actor actor = Actor.of(parts, room, iq.sender());
        configure(room, iq, config, lists, actor, () -> parts.router.route(iq.result(), room.lane()));
    }

    /** Who does not want to configure a new room does not want the room (XEP-0045 section 10.1.3). */
    private void cancelled(Room room, Iq iq) {
        parts.router.route(iq.result(), room.lane());
        if (room.state == Room.State.LOCKED) {
            leaving.destroy(room, Element.of("destroy", Muc.USER));
        }
    }

    /**
     * Makes a configuration the room's, and changes affiliations with it. To be called last; see {@link
     * Commits#commit}.
     *
     * @param request is refused when it cannot be stored
     * @param actor who does it, or null for nobody in particular
     * @param then what is done afterwards, before others are told
     */
    void configure(
            Room room,
            Stanza request,
            RoomConfig config,
            List<Affiliations.Entry> changes,
            @Nullable Actor actor,
            Runnable then) {
        commits.configuration(room, request, config, changes, () -> take(room, config, changes, actor, then));
    }

    /**
     * Turns something on that is off, until {@link #turnOffAgain}: it is never stored, so it ends with the server at
     * the latest.
     */
    void turnOnForNow(Room room, RoomSetting<Boolean> setting) {
        take(room, room.config().with(setting, true), List.of(), null, () -> {});
        room.turnOnForNow(setting);
    }

    /** Turns off what was turned on for now, unless the owners have done so. */
    void turnOffAgain(Room room) {
        RoomSetting<Boolean> setting = room.forNow();
        if (setting != null) {
            take(room, room.config().with(setting, false), List.of(), null, () -> {});
        }
    }

    private void take(
            Room room,
            RoomConfig config,
            List<Affiliations.Entry> changes,
            @Nullable Actor actor,
            Runnable then) {
        RoomConfig before = room.config();
        boolean opens = room.state == Room.State.LOCKED;
        Aftermath aftermath = new Aftermath();
        room.config(config);
        if (config.get(WhoIs.SETTING) != before.get(WhoIs.SETTING)) {
            parts.unveiling.begin(room); // first, so that whoever becomes a moderator by this is shown all at once
        }
        changes.forEach(change -> affiliations.apply(room, change, actor, aftermath));
        room.state(Room.State.OPEN);
        room.history.trim(parts.historyLength(room));
        directory.changed(room.jid());
        if (config.get(MembersOnly.SETTING) && !before.get(MembersOnly.SETTING)) {
            removeStrangers(room, aftermath);
        }
        then.run();
        aftermath.tell();
        if (!before.equals(config)) {
            parts.audience.changed(room);
            tell(room, before, config, opens);
        }
        leaving.forgetIfOver(room);
    }

    /** Tells what has become of the room: code 104 is for what the others do not tell (XEP-0045 section 10.2.1). */
    private void tell(Room room, RoomConfig before, RoomConfig now, boolean opens) {
        WhoIs.Who who = now.get(WhoIs.SETTING);
        if (who != before.get(WhoIs.SETTING)) {
            Status code = who == WhoIs.Who.ANYONE ? Status.NOW_NON_ANONYMOUS : Status.NOW_SEMI_ANONYMOUS;
            parts.broadcast.tell(room, code);
        }
        boolean logged = now.get(Logged.SETTING);
        if (logged != before.get(Logged.SETTING)) {
            parts.broadcast.tell(room, logged ? Status.LOGGED : Status.NO_LONGER_LOGGED);
        }
        RoomConfig told = before.with(WhoIs.SETTING, who).with(Logged.SETTING, logged);
        if (!opens && !told.equals(now)) {
            parts.broadcast.tell(room, Status.CONFIGURATION_CHANGED);
        }
    }

    private void removeStrangers(Room room, Aftermath aftermath) {
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            if (!occupant.affiliation().atLeast(Affiliation.MEMBER)) {
                Item item = new Item(occupant.affiliation(), Role.NONE);
                leaving.remove(room, occupant, item, Parting.of(Status.NOW_MEMBERS_ONLY), aftermath);
            }
        }
    }

    // --- the end ---

    /** What the occupants are told of the end: where to go instead, and why. */
    private static Element destroyed(Element destroy) {
        return Element.builder("destroy", Muc.USER)
                .attribute("jid", destroy.attribute("jid"))
                .child("password", destroy.childText("password", Muc.OWNER))
                .child("reason", destroy.childText("reason", Muc.OWNER))
                .build();
    }

    private void destroy(Room room, Stanza request, Element told, Runnable then) {
        commits.deletion(room, request, () -> {
            room.stored = false;
            parts.hooks.ended().tell(room.jid());
            directory.changed(room.jid());
            leaving.destroy(room, told);
            then.run();
        });
    }

    /** Ends a room on behalf of an administrator, in its lane. */
    void destroy(Room room, @Nullable String reason, Runnable then) {
        Element told = Element.builder("destroy", Muc.USER).child("reason", reason).build();
        Jid service = Jid.ofDomain(room.jid().domain());
        destroy(room, Presence.of(Presence.Type.ERROR, service, room.jid()), told, then);
    }
}
