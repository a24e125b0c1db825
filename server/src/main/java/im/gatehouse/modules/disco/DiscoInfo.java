package im.gatehouse.modules.disco;

import im.gatehouse.form.DataForm;
import im.gatehouse.module.Disco;
import im.gatehouse.module.Disco.Identity;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an entity says of itself, as an answer on the wire and as the text that stands for it in a hash. */
record DiscoInfo(List<Identity> identities, Collection<String> features, List<DataForm> forms) {
    static final String NAMESPACE = "http://jabber.org/protocol/disco#info";

    private static final String FORM_TYPE = "FORM_TYPE";

    /** The collation {@code i;octet}, which XEP-0115 asks for. */
    private static final Comparator<String> OCTETS = (a, b) ->
            Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    static DiscoInfo of(Disco.Node node) {
        return new DiscoInfo(node.identities(), node.features(), node.forms());
    }

    /** The answer to a query, which repeats the node that was asked for. */
    Element toQuery(@Nullable String node) {
        Element.Builder query = Element.builder("query", NAMESPACE).attribute("node", node);
        for (Identity identity : identities) {
            query.child(Element.builder("identity", NAMESPACE)
                    .attribute("category", identity.category())
                    .attribute("type", identity.type())
                    .attribute("name", identity.name())
                    .build());
        }
        features.forEach(feature -> query.child(Element.builder("feature", NAMESPACE)
                .attribute("var", feature)
                .build()));
        forms.forEach(form -> query.child(form.toElement()));
        return query.build();
    }

    /** The string {@code S} of XEP-0115 section 5.1, of which a hash is made. */
    String verification() {
        StringBuilder text = new StringBuilder(2048);
        identities.stream().map(DiscoInfo::text).sorted(OCTETS).forEach(text::append);
        features.stream().sorted(OCTETS).forEach(feature -> text.append(feature).append('<'));
        forms.stream()
                .filter(form -> form.formType() != null)
                .map(DiscoInfo::text)
                .sorted(OCTETS)
                .forEach(text::append);
        return text.toString();
    }

    private static String text(Identity identity) {
        String name = identity.name() == null ? "" : identity.name();
        return identity.category() + '/' + identity.type() + "//" + name + '<';
    }

    private static String text(DataForm form) {
        StringBuilder text = new StringBuilder().append(form.formType()).append('<');
        form.fields().stream()
                .filter(field -> !field.var().equals(FORM_TYPE))
                .sorted(Comparator.comparing(DataForm.Field::var, OCTETS))
                .forEach(field -> {
                    text.append(field.var()).append('<');
                    field.values().stream()
                            .sorted(OCTETS)
                            .forEach(value -> text.append(value).append('<'));
                });
        return text.toString();
    }
}
