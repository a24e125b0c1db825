package im.gatehouse.modules.presence;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.util.List;

/** Takes over a restart what a session told of its presence, and whom. */
final class PresenceLuggage {
    private static final String TOLD = "presence";
    private static final String DIRECTED = "directed presence";

    private PresenceLuggage() {}

    static void pack(Luggage luggage) {
        Session session = luggage.session();
        Presence presence = session.presence();
        if (presence != null) {
            luggage.put(TOLD, presence.toElement());
        }
        List<Jid> directed = DirectedPresence.of(session);
        if (!directed.isEmpty()) {
            Element.Builder receivers = Element.builder("receivers", "");
            directed.forEach(receiver -> receivers.child("jid", receiver.toString()));
            luggage.put(DIRECTED, receivers.build());
        }
    }

    static void unpack(Luggage luggage) {
        Session session = luggage.session();
        Element told = luggage.get(TOLD);
        if (told != null && Stanza.of(told) instanceof Presence presence) {
            session.presence(presence);
        }
        Element directed = luggage.get(DIRECTED);
        if (directed != null) {
            directed.children().forEach(receiver ->
                    DirectedPresence.remember(session, Jid.parse(receiver.text()), Integer.MAX_VALUE));
        }
    }
}
