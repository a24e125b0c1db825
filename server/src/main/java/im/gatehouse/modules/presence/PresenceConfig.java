package im.gatehouse.modules.presence;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_presence]}.
 *
 * @param maxDirected to how many receivers, rooms among them, a session may send presence of its own accord, from 1
 */
public record PresenceConfig(int maxDirected) {
    public static final PresenceConfig DEFAULT = new PresenceConfig(1_000);

    static PresenceConfig read(Section section) {
        return new PresenceConfig(section.integer("max_directed", DEFAULT.maxDirected, 1, 100_000));
    }
}
