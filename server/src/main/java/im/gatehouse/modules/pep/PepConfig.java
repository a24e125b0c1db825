package im.gatehouse.modules.pep;

import im.gatehouse.config.Section;
import im.gatehouse.modules.pubsub.Limits;

/**
 * {@code [modules.mod_pep]}.
 *
 * @param limits what nodes may have, and how many of them an account
 */
record PepConfig(Limits limits) {
    static PepConfig read(Section section) {
        return new PepConfig(Limits.read(section, 500));
    }
}
