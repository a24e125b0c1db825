package im.gatehouse.modules.pep;

import im.gatehouse.modules.pubsub.Engine;

/**
 * The nodes of accounts, for other modules.
 *
 * @param engine does what is asked of them
 */
public record Pep(Engine engine) {}
