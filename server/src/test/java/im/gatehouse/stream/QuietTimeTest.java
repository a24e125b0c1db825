package im.gatehouse.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.SmallClient;
import im.gatehouse.stanza.Stanza;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuietTimeTest {
    private static final String TYPING = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";

    private final QuietTime quiet = new QuietTime(3);

    private boolean keeps(String xml) {
        return quiet.keeps(SmallClient.parse(xml));
    }

    @Test
    void ofSomebodysPresenceTheLastCountsInItsPlace() {
        assertTrue(keeps("<presence from='a@x/1' id='1'/>"));
        assertTrue(keeps("<presence from='b@x/1' id='2'/>"));
        assertTrue(keeps("<presence from='a@x/1' id='3' type='unavailable'/>"));
        assertTrue(keeps("<message from='a@x/1' id='4'>" + TYPING + "</message>"));
        assertTrue(quiet.isFull());
        assertEquals(List.of("2", "3", "4"), quiet.takeAll().stream().map(Stanza::id).toList());
        assertEquals(List.of(), quiet.takeAll());
    }

    @Test
    void capabilitiesThatAreToldOnceAreNotLostWithThePresenceTheyCameWith() {
        String caps = "<c xmlns='http://jabber.org/protocol/caps' node='n' ver='1'/>";
        assertTrue(keeps("<presence from='a@x/1' id='1'>" + caps + "</presence>"));
        assertTrue(keeps("<presence from='a@x/1' id='2'><show>away</show></presence>"));
        assertTrue(quiet.takeAll().getFirst().has("c", "http://jabber.org/protocol/caps"));
        assertTrue(keeps("<presence from='a@x/1' id='3'/>"));
        assertFalse(quiet.takeAll().getFirst().has("c", "http://jabber.org/protocol/caps"));
    }

    @Test
    void whatIsForTheUserDoesNotWait() {
        assertFalse(keeps("<message from='a@x/1'><body>hello</body>" + TYPING + "</message>"));
        assertFalse(keeps("<message from='a@x/1'><encrypted xmlns='eu.siacs.conversations.axolotl'/></message>"));
        assertFalse(keeps("<message from='a@x/1' type='error'>" + TYPING + "</message>"));
        assertFalse(keeps("<iq from='a@x/1' type='result' id='1'/>"));
        assertFalse(keeps("<presence from='a@x' type='subscribe'/>"));
        assertFalse(keeps("<presence from='room@x/me'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<status code='110'/></x></presence>"));
    }

    @Test
    void newsThatSomebodyPublishedWaitAndCopiesAreJudgedByWhatTheyCopy() {
        assertTrue(keeps("<message from='a@x' type='headline'>"
                + "<event xmlns='http://jabber.org/protocol/pubsub#event'/></message>"));
        assertFalse(keeps("<message from='a@x' type='headline'><body>alarm</body></message>"));
        assertTrue(keeps(copy(TYPING)));
        assertFalse(keeps(copy("<body>hello</body>")));
    }

    @Test
    void thatSomethingArrivedOrWasReadWaitsButNotThatTheUserHasReadIt() {
        String displayed = "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/><store xmlns='urn:xmpp:hints'/>";
        assertTrue(keeps("<message from='a@x/1' id='1'><received xmlns='urn:xmpp:receipts' id='1'/></message>"));
        assertTrue(keeps("<message from='a@x/1' id='2'>" + displayed + "</message>"));
        assertEquals(List.of("1", "2"), quiet.takeAll().stream().map(Stanza::id).toList());
        assertFalse(keeps("<message from='a@x/1'><request xmlns='urn:xmpp:receipts'/><body>hello</body></message>"));
        assertFalse(keeps(copy(displayed)));
    }

    @Test
    void ofNewsOfOneItemTheLastCounts() {
        assertTrue(keeps(news("mood", "current", "1")));
        assertTrue(keeps(news("mood", "other", "2")));
        assertTrue(keeps(news("mood", "current", "3")));
        assertEquals(List.of("2", "3"), quiet.takeAll().stream().map(Stanza::id).toList());
        assertEquals(0, quiet.bytes());
    }

    private static String news(String node, String item, String id) {
        return "<message from='a@x' type='headline' id='" + id + "'><event "
                + "xmlns='http://jabber.org/protocol/pubsub#event'><items node='" + node + "'><item id='" + item
                + "'/></items></event></message>";
    }

    private static String copy(String content) {
        return "<message from='me@x'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                + "<message xmlns='jabber:client' from='me@x/2' to='a@x'>" + content
                + "</message></forwarded></sent></message>";
    }
}
