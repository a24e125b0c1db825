package im.gatehouse.session;

import im.gatehouse.jid.Jid;
import java.net.InetSocketAddress;

/**
 * Somebody who proved who they are and asks to come in.
 *
 * @param account the bare address of the account
 * @param address the client's own address
 * @param transport {@code tcp}, {@code websocket} or {@code bosh}
 * @param mechanism how they proved it
 */
public record Login(Jid account, InetSocketAddress address, String transport, String mechanism) {}
