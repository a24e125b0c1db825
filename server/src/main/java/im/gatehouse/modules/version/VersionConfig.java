package im.gatehouse.modules.version;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_version]}: how much is told of the software.
 *
 * @param name what the software is called
 * @param showVersion whether its version is told
 * @param showOs whether the operating system is told
 */
record VersionConfig(String name, boolean showVersion, boolean showOs) {
    static VersionConfig read(Section section) {
        return new VersionConfig(
                section.nonEmpty("name", "Gatehouse"),
                section.bool("show_version", true),
                section.bool("show_os", false));
    }
}
