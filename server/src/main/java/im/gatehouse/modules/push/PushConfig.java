package im.gatehouse.modules.push;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_push]}.
 *
 * @param maxRegistrations how many services an account may be told of at a time, 1 to 100
 * @param includeSender whether the service is told who wrote
 * @param includeBody whether the service is told what was written
 * @param maxFailures after how many failures in a row that may pass a service is told no more, 1 to 1000
 */
record PushConfig(int maxRegistrations, boolean includeSender, boolean includeBody, int maxFailures) {
    static PushConfig read(Section section) {
        return new PushConfig(
                section.integer("max_registrations", 10, 1, 100),
                section.bool("include_sender", false),
                section.bool("include_body", false),
                section.integer("max_failures", 16, 1, 1000));
    }
}
