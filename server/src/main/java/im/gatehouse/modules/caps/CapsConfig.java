package im.gatehouse.modules.caps;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_caps]}.
 *
 * @param maxHashes for how many hashes there is room, 4,096 characters of features for each; so many are stored
 */
record CapsConfig(int maxHashes) {
    static CapsConfig read(Section section) {
        return new CapsConfig(section.integer("max_hashes", 1_000, 10, 100_000));
    }
}
