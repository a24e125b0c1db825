package im.gatehouse.modules.pubsub;

import im.gatehouse.config.Section;

/**
 * What one node, and one owner of nodes, may have.
 *
 * @param maxNodes nodes that one user may make
 * @param maxItems items of a node
 * @param maxPayloadBytes bytes of a payload, as XML
 * @param maxSubscriptions subscriptions of a node
 * @param maxAffiliations entries in a node's list of affiliations
 */
public record Limits(int maxNodes, int maxItems, int maxPayloadBytes, int maxSubscriptions, int maxAffiliations) {
    /** A name of a node has so many bytes at most. */
    static final int NAME_BYTES = 1_023;

    /** An id of an item has so many bytes at most: as many as an address in the database. */
    static final int ID_BYTES = 2_047;

    public static Limits read(Section section, int maxNodes) {
        return new Limits(
                section.integer("max_nodes", maxNodes, 1, 1_000_000),
                section.integer("max_items", 10_000, 1, 1_000_000),
                section.integer("max_payload_bytes", 131_072, 1_024, 16_777_216),
                section.integer("max_subscriptions", 10_000, 1, 1_000_000),
                section.integer("max_affiliations", 1_000, 1, 100_000));
    }
}
