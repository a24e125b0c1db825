package im.gatehouse.modules.privatestorage;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_private]}.
 *
 * @param maxBytes bytes of one stored element
 * @param maxElements elements of one account
 */
record PrivateStorageConfig(int maxBytes, int maxElements) {
    static PrivateStorageConfig read(Section section) {
        return new PrivateStorageConfig(
                section.integer("max_bytes", 65_536, 1024, 16_777_216),
                section.integer("max_elements", 200, 1, 1_000_000));
    }
}
