package im.gatehouse.modules.csi;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_csi]}.
 *
 * @param bufferMax how many stanzas are kept for an inactive client before it gets them after all, from 1
 */
public record CsiConfig(int bufferMax) {
    public static final CsiConfig DEFAULT = new CsiConfig(500);

    static CsiConfig read(Section section) {
        return new CsiConfig(section.integer("buffer_max", DEFAULT.bufferMax, 1, 100_000));
    }
}
