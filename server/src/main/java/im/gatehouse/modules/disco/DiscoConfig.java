package im.gatehouse.modules.disco;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_disco]}: what the server says of itself.
 *
 * @param name the server's name for people
 */
record DiscoConfig(String name) {
    static DiscoConfig read(Section section) {
        return new DiscoConfig(section.nonEmpty("name", "Gatehouse"));
    }
}
