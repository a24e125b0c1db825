package im.gatehouse.module;

import im.gatehouse.config.Section;

/** The configuration of a module that has nothing to set: its table can only turn it on or off. */
public record NoConfig() {
    /** Reads a table that has no keys of its own. */
    public static NoConfig read(Section section) {
        return new NoConfig();
    }
}
