package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole lists of owners and admins as fields of the owners' form (XEP-0045 section 10.2). In the room's lane. */
final class OwnerLists {
    private static final String OWNERS = "muc#roomconfig_roomowners";
    private static final String ADMINS = "muc#roomconfig_roomadmins";
    private static final int MOST = 1_000;

    private OwnerLists() {}

    static List<Field> fields(Room room) {
        return List.of(
                field(room, ADMINS, "Admins", Affiliation.ADMIN), field(room, OWNERS, "Owners", Affiliation.OWNER));
    }

    private static Field field(Room room, String var, String label, Affiliation affiliation) {
        List<String> jids = room.affiliations.all().stream()
                .filter(entry -> entry.affiliation() == affiliation)
                .map(entry -> entry.jid().toString())
                .toList();
        return new Field(var, FieldType.JID_MULTI, label, jids, List.of(), false);
    }

    /**
     * What changes when a form is submitted; a list that is not in it stays. Who is in both lists is an owner. Who is
     * left out as an owner becomes an admin (XEP-0045 section 10.2); who is left out as an admin becomes what
     * {@code left} says.
     *
     * @throws StanzaException with {@code conflict} when no owner would be left, {@code jid-malformed}, {@code
     *     not-acceptable} for more than 1,000 addresses in one list
     */
    static List<Affiliations.Entry> submitted(Room room, DataForm form, Affiliation left) {
        Set<Jid> owners = jids(form, OWNERS);
        Set<Jid> admins = jids(form, ADMINS);
        List<Affiliations.Entry> changes = new ArrayList<>();
        for (Affiliations.Entry entry : room.affiliations.all()) {
            boolean listed = owners != null && owners.contains(entry.jid())
                    || admins != null && admins.contains(entry.jid());
            boolean out = entry.affiliation() == Affiliation.OWNER && owners != null
                    || entry.affiliation() == Affiliation.ADMIN && admins != null;
            if (out && !listed) {
                boolean owned = entry.affiliation() == Affiliation.OWNER;
                changes.add(changed(room, entry.jid(), owned ? Affiliation.ADMIN : left));
            }
        }
        if (admins != null) {
            for (Jid jid : admins) {
                boolean owner = owners == null
                        ? affiliation(room, jid) == Affiliation.OWNER
                        : owners.contains(jid);
                if (!owner && affiliation(room, jid) != Affiliation.ADMIN) {
                    changes.add(changed(room, jid, Affiliation.ADMIN));
                }
            }
        }
        if (owners != null) {
            for (Jid jid : owners) {
                if (affiliation(room, jid) != Affiliation.OWNER) {
                    changes.add(changed(room, jid, Affiliation.OWNER));
                }
            }
        }
        AffiliationChanges.mustKeepAnOwner(room, changes);
        return changes;
    }

    private static Affiliation affiliation(Room room, Jid jid) {
        Affiliations.Entry entry = room.affiliations.entry(jid);
        return entry == null ? Affiliation.NONE : entry.affiliation();
    }

    private static Affiliations.Entry changed(Room room, Jid jid, Affiliation affiliation) {
        Affiliations.Entry before = room.affiliations.entry(jid);
        boolean keepsNick = before != null && affiliation.atLeast(Affiliation.MEMBER);
        return new Affiliations.Entry(jid, affiliation, keepsNick ? before.nick() : null, null);
    }

    private static @Nullable Set<Jid> jids(DataForm form, String var) {
        List<String> texts = RoomSetting.several(form, var);
        if (texts == null) {
            return null;
        }
        if (texts.size() > MOST) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + var + " takes at most " + MOST);
        }
        Set<Jid> jids = new LinkedHashSet<>();
        for (String text : texts) {
            if (text.isBlank()) {
                continue;
            }
            try {
                jids.add(Jid.parse(text.strip()).bare());
            } catch (InvalidJidException e) {
                throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
            }
        }
        return jids;
    }
}
