package im.gatehouse.modules.roster;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks to have changed in its roster (RFC 6121 sections 2.3 to 2.5).
 *
 * @param jid the contact's bare address
 * @param name what the user calls the contact, or null for nothing
 * @param groups what the user sorts the contact under
 * @param removes whether the contact shall be taken out; name and groups are empty then
 */
record RosterEdit(Jid jid, @Nullable String name, List<String> groups, boolean removes) {
    /**
     * Reads a request. What a client says of subscriptions counts only where it is {@code remove}.
     *
     * @param query the {@code <query/>}
     * @throws StanzaException with the error of section 2.3.3
     */
    static RosterEdit read(Element query, RosterConfig limits) {
        List<Element> items = query.children("item", RosterItem.NAMESPACE);
        if (items.size() != 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "A roster set has exactly one item");
        }
        Element item = items.getFirst();
        Jid jid = contact(item.attribute("jid"));
        if ("remove".equals(item.attribute("subscription"))) {
            return new RosterEdit(jid, null, List.of(), true);
        }
        return new RosterEdit(jid, name(item, limits), groups(item, limits), false);
    }

    private static Jid contact(@Nullable String address) {
        if (address == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "A roster item needs a jid");
        }
        Jid jid;
        try {
            jid = Jid.parse(address);
        } catch (InvalidJidException _) {
            throw new StanzaException(Condition.JID_MALFORMED);
        }
        if (jid.isFull()) {
            throw new StanzaException(Condition.BAD_REQUEST, "A roster item has a bare address");
        }
        return jid;
    }

    private static @Nullable String name(Element item, RosterConfig limits) {
        String name = item.attribute("name");
        if (name != null && name.length() > limits.maxNameLength()) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A name has at most " + limits.maxNameLength() + " characters");
        }
        return name == null || name.isEmpty() ? null : name;
    }

    private static List<String> groups(Element item, RosterConfig limits) {
        List<String> groups = new ArrayList<>();
        for (Element element : item.children("group", RosterItem.NAMESPACE)) {
            String group = element.text();
            if (group.isEmpty() || group.length() > limits.maxNameLength()) {
                throw new StanzaException(
                        Condition.NOT_ACCEPTABLE,
                        "A group's name has from 1 to " + limits.maxNameLength() + " characters");
            }
            if (groups.contains(group)) {
                throw new StanzaException(Condition.BAD_REQUEST, "A group is named twice");
            }
            if (groups.size() == limits.maxGroups()) {
                throw new StanzaException(
                        Condition.NOT_ACCEPTABLE, "A contact is in at most " + limits.maxGroups() + " groups");
            }
            groups.add(group);
        }
        return groups;
    }
}
