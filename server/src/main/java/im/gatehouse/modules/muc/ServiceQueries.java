package im.gatehouse.modules.muc;

import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what is asked of the service itself: what it is, and which rooms there are (XEP-0045 sections 6.2 and 6.3).
 */
final class ServiceQueries {
    private static final Logger log = LoggerFactory.getLogger(ServiceQueries.class);
    private static final List<String> FEATURES =
            List.of(
                    Muc.JOIN,
                    Muc.STABLE_ID,
                    Muc.UNIQUE,
                    Muc.OCCUPANT_ID,
                    Muc.VCARD,
                    Muc.DISCO_INFO,
                    Muc.DISCO_ITEMS,
                    Muc.RSM,
                    Muc.PING);

    /** Rooms in one answer at most; more are had page by page. */
    private static final int PAGE = 500;

    private final Parts parts;
    private final RoomDirectory directory;

    ServiceQueries(Parts parts, RoomDirectory directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** Takes a stanza without a room in its address. */
    void receive(Stanza stanza, Lane lane) {
        switch (stanza) {
            case Iq iq when iq.isRequest() -> request(iq, lane);
            case Iq _ -> {}
            case Message message -> parts.router.bounce(message, Condition.SERVICE_UNAVAILABLE.error(), lane);
            case Presence presence -> {
                if (presence.type() == Presence.Type.AVAILABLE) {
                    parts.router.bounce(presence, Condition.JID_MALFORMED.error("This names no room"), lane);
                }
            }
        }
    }

    private void request(Iq iq, Lane lane) {
        if (iq.type() != Iq.Type.GET || iq.receiver().isFull()) {
            parts.router.bounce(iq, Condition.SERVICE_UNAVAILABLE.error(), lane);
            return;
        }
        Element query = iq.request();
        switch (query.namespace()) {
            case Muc.DISCO_INFO -> info(iq, lane);
            case Muc.DISCO_ITEMS -> {
                if (hasNode(iq)) {
                    parts.router.bounce(iq, Condition.ITEM_NOT_FOUND.error(), lane);
                } else {
                    lane.blocking(() -> items(iq, lane));
                }
            }
            case Muc.PING -> parts.router.route(iq.result(), lane);
            case Muc.UNIQUE -> parts.router.route(iq.result(unique()), lane);
            default -> parts.router.bounce(iq, Condition.SERVICE_UNAVAILABLE.error(), lane);
        }
    }

    private Element unique() {
        return Element.of("unique", Muc.UNIQUE, parts.randomId().toLowerCase(Locale.ROOT));
    }

    /** There is nothing below the service but rooms. */
    private static boolean hasNode(Iq iq) {
        return !iq.request().attributeOr("node", "").isEmpty();
    }

    private void info(Iq iq, Lane lane) {
        if (hasNode(iq)) {
            parts.router.bounce(iq, Condition.ITEM_NOT_FOUND.error(), lane);
            return;
        }
        Element.Builder query = Element.builder("query", Muc.DISCO_INFO)
                .child(Element.builder("identity", Muc.DISCO_INFO)
                        .attribute("category", "conference")
                        .attribute("type", "text")
                        .attribute("name", parts.config.name())
                        .build());
        FEATURES.forEach(feature -> query.child(RoomDisco.feature(feature)));
        parts.router.route(iq.result(query.build()), lane);
    }

    private void items(Iq iq, Lane lane) {
        try {
            Element set = iq.request().child("set", Muc.RSM);
            Element answer = items(directory.listed(iq.receiver().domain()), set);
            parts.router.route(iq.result(answer), lane);
        } catch (StanzaException e) {
            parts.router.bounce(iq, e.error(), lane);
        } catch (StorageException e) {
            log.warn("The list of rooms could not be read: {}", e.getMessage());
            parts.router.bounce(iq, Condition.INTERNAL_SERVER_ERROR.error(), lane);
        }
    }

    /** A page of the list, as {@code set} asks for it (XEP-0059). */
    private static Element items(List<RoomDirectory.Entry> rooms, @Nullable Element set) {
        Page<RoomDirectory.Entry> page = Page.of(rooms, set, entry -> entry.jid().local(), PAGE);
        Element.Builder query = Element.builder("query", Muc.DISCO_ITEMS);
        for (RoomDirectory.Entry room : page.items()) {
            query.child(Element.builder("item", Muc.DISCO_ITEMS)
                    .attribute("jid", room.jid().toString())
                    .attribute("name", room.name())
                    .build());
        }
        return query.child(set == null && !page.isPart() ? null : page.toElement()).build();
    }
}
