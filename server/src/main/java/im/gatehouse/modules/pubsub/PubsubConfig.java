package im.gatehouse.modules.pubsub;

import im.gatehouse.config.Section;

/**
 * The table {@code [modules.mod_pubsub]}.
 *
 * @param host the domain of the service; {@code @HOST@} stands for each served host in turn
 * @param name what the service calls itself
 * @param create who may make nodes; administrators always may
 * @param limits what nodes may have
 */
record PubsubConfig(String host, String name, Creators create, Limits limits) {
    /** Who may make nodes. */
    enum Creators {
        ANYONE,
        /** Those who have an account here. */
        LOCAL,
        ADMINS
    }

    static PubsubConfig read(Section section) {
        return new PubsubConfig(
                section.nonEmpty("host", "pubsub.@HOST@"),
                section.nonEmpty("name", "Publish-subscribe"),
                section.oneOf("create", Creators.LOCAL),
                Limits.read(section, 1_000));
    }

    /** The domain of the service that belongs to a host. */
    String domain(String of) {
        return host.replace("@HOST@", of);
    }
}
