package im.gatehouse.modules.caps;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_caps]}.
 *
 * @param maxHashes how many hashes are known at a time; a thousand of them take about 5 MB
 */
record CapsConfig(int maxHashes) {
    static CapsConfig read(Section section) {
        return new CapsConfig(section.integer("max_hashes", 1_000, 10, 100_000));
    }
}
