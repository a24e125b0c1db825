package im.gatehouse.modules.roster;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_roster]}: how large rosters may grow.
 *
 * @param maxItems contacts of an account, from 1
 * @param maxRequests unanswered requests of strangers that an account keeps, from 1
 * @param maxGroups groups of a contact, from 0
 * @param maxNameLength characters of a contact's or a group's name, from 1
 */
public record RosterConfig(int maxItems, int maxRequests, int maxGroups, int maxNameLength) {
    public static final RosterConfig DEFAULT = new RosterConfig(5_000, 1_000, 50, 1_023);

    static RosterConfig read(Section section) {
        return new RosterConfig(
                section.integer("max_items", DEFAULT.maxItems, 1, 100_000),
                section.integer("max_requests", DEFAULT.maxRequests, 1, 100_000),
                section.integer("max_groups", DEFAULT.maxGroups, 0, 1_000),
                section.integer("max_name_length", DEFAULT.maxNameLength, 1, 10_000));
    }
}
