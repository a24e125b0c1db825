package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Message;

/**
 * A message that waits for a client that is away, or that does not say that it got it. It is still going to be delivered.
 *
 * @param session whose client that is
 */
public record Unacked(Session session, Message message) {}
