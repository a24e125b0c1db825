package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Stanza;

/**
 * Something that waits for a client that is away, or that does not say that it got it. It is still going to be
 * delivered.
 *
 * @param session whose client that is
 * @param stanza a message, or a request to see the user's presence
 */
public record Unacked(Session session, Stanza stanza) {}
