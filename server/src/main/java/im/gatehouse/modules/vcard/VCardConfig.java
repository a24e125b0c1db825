package im.gatehouse.modules.vcard;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_vcard]}.
 *
 * @param maxBytes bytes of one card, its picture included; {@code limits.stanza_bytes} bounds it too
 */
record VCardConfig(int maxBytes) {
    static VCardConfig read(Section section) {
        return new VCardConfig(section.integer("max_bytes", 229_376, 1024, 16_777_216));
    }
}
