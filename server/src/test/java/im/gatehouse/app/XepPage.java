package im.gatehouse.app;

import im.gatehouse.module.ServerModule;
import im.gatehouse.module.Xep;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes down what the code declares of extensions: a page for people and a DOAP file for others' tables. */
final class XepPage {
    /** One extension, whoever implements it. */
    record Line(int number, String version, List<String> notes, List<String> modules) {
        String name() {
            return "XEP-%04d".formatted(number);
        }

        /** What DOAP calls it: complete, or partial when something is left out. */
        String status() {
            return notes.isEmpty() ? "complete" : "partial";
        }
    }

    private final Properties titles = titles();
    private final Map<Integer, Line> lines = new TreeMap<>();

    XepPage() {
        CoreXeps.all().forEach(xep -> add(xep, ""));
        for (ServerModule<?> module : Modules.all()) {
            module.spec().xeps().forEach(xep -> add(xep, module.spec().name()));
        }
    }

    List<Line> lines() {
        return List.copyOf(lines.values());
    }

    String title(Line line) {
        String title = titles.getProperty(Integer.toString(line.number));
        if (title == null) {
            throw new IllegalStateException(line.name() + " has no title in xep-titles.properties");
        }
        return title;
    }

    String markdown() {
        return """
                # Supported extensions

                Made from what the code declares; the same list is in [gatehouse.doap](gatehouse.doap).
                "Version" is the version of the text that was followed.

                | XEP | title | version | status | left out on purpose, or to know | where |
                |---|---|---|---|---|---|
                %s
                """.formatted(lines.values().stream().map(this::row).collect(Collectors.joining("\n")));
    }

    private String row(Line line) {
        return "| [%s](https://xmpp.org/extensions/xep-%04d.html) | %s | %s | %s | %s | %s |".formatted(
                line.name(),
                line.number,
                title(line),
                line.version,
                line.status(),
                String.join("; ", line.notes),
                line.modules.stream().map(XepPage::link).collect(Collectors.joining(", ")));
    }

    private static String link(String module) {
        return module.isEmpty() ? "the server" : "[%s](modules/%s.md)".formatted(module, module);
    }

    String doap() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                    xmlns="http://usefulinc.com/ns/doap#" xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
                  <Project>
                    <name>Gatehouse</name>
                    <shortdesc xml:lang="en">An XMPP server for the JVM that keeps its gate</shortdesc>
                    <category rdf:resource="https://linkmauve.fr/ns/xmpp-doap#category-server"/>
                    <programming-language>Java</programming-language>
                    <license rdf:resource="https://spdx.org/licenses/Apache-2.0"/>
                    <implements rdf:resource="https://xmpp.org/rfcs/rfc6120.html"/>
                    <implements rdf:resource="https://xmpp.org/rfcs/rfc6121.html"/>
                    <implements rdf:resource="https://xmpp.org/rfcs/rfc7622.html"/>
                %s
                  </Project>
                </rdf:RDF>
                """.formatted(lines.values().stream().map(this::supported).collect(Collectors.joining("\n")));
    }

    private String supported(Line line) {
        String note = line.notes.isEmpty()
                ? ""
                : "\n        <xmpp:note xml:lang=\"en\">" + escaped(String.join("; ", line.notes)) + "</xmpp:note>";
        return """
                    <implements>
                      <xmpp:SupportedXep>
                        <xmpp:xep rdf:resource="https://xmpp.org/extensions/xep-%04d.html"/>
                        <xmpp:version>%s</xmpp:version>
                        <xmpp:status>%s</xmpp:status>%s
                      </xmpp:SupportedXep>
                    </implements>"""
                .formatted(line.number, line.version, line.status(), note)
                .indent(4)
                .stripTrailing();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(Xep xep, String module) {
        List<String> note = xep.note().isEmpty() ? List.of() : List.of(xep.note());
        Line line = new Line(xep.number(), xep.version(), note, List.of(module));
        lines.merge(xep.number(), line, XepPage::together);
    }

    /** Several modules share an extension: then they must have followed the same text. */
    private static Line together(Line one, Line other) {
        if (!one.version.equals(other.version)) {
            throw new IllegalStateException("%s and %s declare different versions of %s"
                    .formatted(one.modules, other.modules, one.name()));
        }
        return new Line(one.number, one.version, joined(one.notes, other.notes), joined(one.modules, other.modules));
    }

    private static List<String> joined(List<String> one, List<String> other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        return List.copyOf(all);
    }

    private static Properties titles() {
        Properties titles = new Properties();
        try (InputStream in = XepPage.class.getResourceAsStream("/xep-titles.properties")) {
            titles.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return titles;
    }
}
