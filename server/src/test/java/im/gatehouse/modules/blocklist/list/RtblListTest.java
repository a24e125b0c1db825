package im.gatehouse.modules.blocklist.list;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtblListTest {
    private static final String A = "0a".repeat(32);
    private static final String B = "1b".repeat(32);
    private static final String C = "2c".repeat(32);

    @TempDir
    private Path folder;

    private final List<String> reports = new ArrayList<>();

    @Test
    void theAnswerOfABlockListIsRead() throws IOException {
        var content = read("""
                <?xml version='1.0'?>
                <iq xmlns='jabber:client' type='result' from='xmppbl.example'>
                  <pubsub xmlns='http://jabber.org/protocol/pubsub'>
                    <items node='muc_bans_sha256'>
                      <item id='%s' publisher='x'>
                        <report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>
                          <stanza-id xmlns='urn:xmpp:sid:0' by='r@c' id='1'><x/></stanza-id>
                          <text xml:lang='en'>
                            advertised &lt;things&gt;,
                            <!-- aside -->&amp; <![CDATA[more]]>
                          </text>
                          <text xml:lang='de'>warb</text>
                        </report>
                      </item>
                      <item id='%s'/>
                      <item id='%s'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:abuse'/></item>
                    </items>
                    <set xmlns='http://jabber.org/protocol/rsm'><count>3</count></set>
                  </pubsub>
                </iq>
                """.formatted(A, B.toUpperCase(), C));
        assertEquals(List.of(), content.faults());
        assertEquals(
                List.of(
                        line(A, "advertised <things>, & more", "urn:xmpp:reporting:spam"),
                        line(B, null, null),
                        line(C, null, "urn:xmpp:reporting:abuse")),
                content.lines());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items><item id='%s'/></items></pubsub>",
                "<items xmlns='http://jabber.org/protocol/pubsub' node='n'><item id='%s'/></items>",
                "\uFEFF\n <items node='n'><item id='%s'/></items>",
                "<a:items xmlns:a='http://jabber.org/protocol/pubsub'><a:item id='%s'/></a:items>",
                "\uFEFF%s",
                "# bans\r\n\r\n  %s  \r\n",
            })
    void aListBeginsWhereItLikes(String text) throws IOException {
        assertEquals(List.of(line(A, null, null)), read(text.formatted(A)).lines());
    }

    @Test
    void anItemMayNameADomainOrAnAddressItself() throws IOException {
        var content = read("<items node='n'><item id='Spam.example'/><item id='bot@spam.example'/></items>");
        assertEquals(List.of(), content.faults());
        assertEquals(
                List.of("spam.example", "bot@spam.example"),
                content.lines().stream().map(line -> line.target().toString()).toList());
    }

    @Test
    void faultsOfItemsHaveTheirLine() throws IOException {
        var content = assertFaults(
                """

                <items node='n'>
                <item id='%s'/>
                <item/>
                <item id='0123abc'/>
                <item id='%s'/><item
                  id='%s'><report xmlns='urn:xmpp:reporting:1'><text>%s</text></report></item>
                <item id='%s'><report xmlns='urn:xmpp:reporting:1'><text>&#x85;</text></report></item>
                </items>
                """.formatted(A, A, B, "x".repeat(10_001), C),
                "4: the item has no id",
                "5: a SHA-256 digest has 64 hexadecimal digits",
                "6: the target sha256:" + A + " is in line 3 already",
                "[67]: the text has 10,001 characters; it may have 10,000",
                "8: the text has characters that are not for reading, on one line");
        assertEquals(List.of(line(A, null, null)), content.lines());
    }

    @Test
    void faultsOfAPlainListHaveTheirLine() throws IOException {
        assertFaults(
                A + "\n\nspam.example\n" + A + "\n",
                "3: a SHA-256 digest has 64 hexadecimal digits",
                "4: the target sha256:" + A + " is in line 1 already");
    }

    @Test
    void aListMayBeEmptyWhenItSaysSo() throws IOException {
        var content = read("<items node='n'/>");
        assertEquals(List.of(), content.lines());
        assertEquals(0, content.faultCount());
    }

    @Test
    void whatIsNoListIsRefusedAsAWhole() throws IOException {
        assertNotReadable("", "it is empty");
        assertNotReadable(" \n# nothing\n", "it is empty");
        assertNotReadable("\nalice@example.org\n", "line 2 is neither XML nor a SHA-256 digest");
        assertNotReadable(
                "<html/>", "it begins with <html/>, not with the <iq/>, <pubsub/> or <items/> of a block list");
        assertNotReadable("<iq><error/></iq>", "there are no <items/> of publish-subscribe in it");
        assertNotReadable("<pubsub xmlns='urn:other'><items/></pubsub>", "it begins with <pubsub/>, .+");
        assertNotReadable("\n<items>\n<item id='" + A + "'/>\n", "it is no well-formed XML, line 4");
        assertNotReadable("<items/><items/>", "it is no well-formed XML, line 1");
    }

    @Test
    void documentTypesAndEntitiesAreRefused() throws IOException {
        String refused = "it has a document type or an entity, which no block list has, line 1";
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        assertNotReadable("<!DOCTYPE items SYSTEM '" + secret.toUri() + "'><items/>", refused);
        assertNotReadable("<!DOCTYPE items [<!ENTITY a '" + secret.toUri() + "'>]><items>&a;</items>", refused);
        assertNotReadable("<items>&a;</items>", refused);
        assertNotReadable("<items><item id='&a;'/></items>", "it is no well-formed XML, line 1");
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        for (String text : List.of("<items><!-- \u00E9 --></items>", A + "\n# \u00E9\n")) {
            Path file = Files.writeString(folder.resolve("latin"), text, StandardCharsets.ISO_8859_1);
            var refused = assertThrows(AdminException.class, () -> read(file));
            assertEquals("The file cannot be read: it is not UTF-8", refused.getMessage());
        }
    }

    @Test
    void anItemWithoutAnEndDoesNotEatMemory() throws IOException {
        assertNotReadable(
                "<items><item id='" + A + "'>" + "x".repeat(1_000_000) + "</item></items>",
                "an entry has more than 100,000 characters");
    }

    @Test
    void nestingHasAnEnd() throws IOException {
        assertNotReadable("<items>" + "<x>".repeat(20_000), "it is no well-formed XML, line 1");
    }

    @Test
    void longListsAreRead() throws IOException {
        Path file = folder.resolve("long.xml");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("<items>");
            for (int i = 0; i < 120_000; i++) {
                out.write("<item id='%064x'><report xmlns='urn:xmpp:reporting:1'><text>&amp;&lt;</text></report></item>"
                        .formatted(i));
            }
            out.write("</items>");
        }
        var content = read(file);
        assertEquals(0, content.faultCount());
        assertEquals(120_000, content.lines().size());
        assertEquals("&<", content.lines().getLast().reason());
        assertEquals(List.of("100,000 lines read"), reports);
    }

    private static BlockLine line(String digest, @Nullable String reason, @Nullable String note) {
        return new BlockLine(Target.parse("sha256:" + digest), reason, note, null, null);
    }

    private BlockFile.Content assertFaults(String text, String... expected) throws IOException {
        var content = read(text);
        List<String> found =
                content.faults().stream().map(it -> it.line() + ": " + it.problem()).toList();
        assertEquals(expected.length, found.size(), found::toString);
        for (int i = 0; i < expected.length; i++) {
            assertTrue(found.get(i).matches(expected[i]), found.get(i));
        }
        return content;
    }

    private void assertNotReadable(String text, String problem) throws IOException {
        var refused = assertThrows(AdminException.class, () -> read(text), text);
        assertEquals("file_not_readable", refused.code());
        String message = String.valueOf(refused.getMessage());
        String expected = "The file cannot be read: " + problem;
        assertTrue(message.equals(expected) || message.matches(expected), message);
    }

    private BlockFile.Content read(String text) throws IOException {
        return read(Files.writeString(folder.resolve("list"), text));
    }

    private BlockFile.Content read(Path file) {
        return BlockFile.read(file, ListFormat.RTBL, reports::add);
    }
}
