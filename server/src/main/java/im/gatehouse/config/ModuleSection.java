package im.gatehouse.config;

/**
 * One {@code [modules.mod_NAME]}, whose keys the module itself reads.
 *
 * @param enabled false with {@code enabled = false}: the module is off and its keys are not looked at
 */
public record ModuleSection(boolean enabled, Section section) {
    static ModuleSection read(Section section) {
        boolean enabled = section.bool("enabled", true);
        if (!enabled) {
            section.skip();
        }
        return new ModuleSection(enabled, section);
    }
}
