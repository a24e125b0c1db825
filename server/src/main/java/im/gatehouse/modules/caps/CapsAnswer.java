package im.gatehouse.modules.caps;

import im.gatehouse.form.DataForm;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client says of itself when asked, and whether that is what its hash promised (XEP-0115 section 5). */
record CapsAnswer(Element query) {
    static final String INFO = "http://jabber.org/protocol/disco#info";

    /** The collation {@code i;octet}. */
    private static final Comparator<String> OCTETS = (a, b) ->
            Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    /** What it can. */
    Set<String> features() {
        Set<String> features = new HashSet<>();
        for (Element feature : query.children("feature", INFO)) {
            String var = feature.attribute("var");
            if (var != null) {
                features.add(var);
            }
        }
        return Set.copyOf(features);
    }

    /** Whether the answer is well formed and has the hash that was promised (section 5.4). */
    boolean keeps(CapsId promised) {
        MessageDigest digest = digest(promised.hash());
        Optional<String> text = digest == null ? Optional.empty() : verification();
        return text.isPresent()
                && MessageDigest.isEqual(
                        Base64.getEncoder()
                                .encodeToString(Objects.requireNonNull(digest)
                                        .digest(text.get().getBytes(StandardCharsets.UTF_8)))
                                .getBytes(StandardCharsets.UTF_8),
                        promised.ver().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable MessageDigest digest(@Nullable String hash) {
        String name = switch (hash) {
            case "sha-1" -> "SHA-1";
            case "sha-224" -> "SHA-224";
            case "sha-256" -> "SHA-256";
            case "sha-384" -> "SHA-384";
            case "sha-512" -> "SHA-512";
            case null, default -> null;
        };
        try {
            return name == null ? null : MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + name, e);
        }
    }

    /** The string {@code S} of section 5.1; empty for an answer that is ill formed. */
    Optional<String> verification() {
        List<String> identities = query.children("identity", INFO).stream()
                .map(CapsAnswer::text)
                .sorted(OCTETS)
                .toList();
        List<String> features = query.children("feature", INFO).stream()
                .map(feature -> feature.attributeOr("var", "") + '<')
                .sorted(OCTETS)
                .toList();
        List<DataForm> forms = query.children("x", DataForm.NAMESPACE).stream()
                .map(DataForm::of)
                .filter(Objects::nonNull)
                .filter(form -> form.formType() != null && isHidden(form))
                .toList();
        List<String> types = forms.stream().map(form -> String.valueOf(form.formType())).toList();
        boolean illFormed = hasDouble(identities)
                || hasDouble(features)
                || hasDouble(types)
                || forms.stream().anyMatch(form -> form.values("FORM_TYPE").stream().distinct().count() > 1);
        if (illFormed) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(2_048);
        identities.forEach(text::append);
        features.forEach(text::append);
        forms.stream()
                .sorted(Comparator.comparing(form -> String.valueOf(form.formType()), OCTETS))
                .map(CapsAnswer::text)
                .forEach(text::append);
        return Optional.of(text.toString());
    }

    private static boolean isHidden(DataForm form) {
        DataForm.Field field = form.field("FORM_TYPE");
        return field != null && field.type() == DataForm.FieldType.HIDDEN;
    }

    private static boolean hasDouble(List<String> texts) {
        return Set.copyOf(texts).size() < texts.size();
    }

    private static String text(Element identity) {
        String lang = identity.attribute(Namespaces.XML, "lang");
        return identity.attributeOr("category", "") + '/' + identity.attributeOr("type", "") + '/'
                + (lang == null ? "" : lang) + '/' + identity.attributeOr("name", "") + '<';
    }

    private static String text(DataForm form) {
        StringBuilder text = new StringBuilder().append(form.formType()).append('<');
        form.fields().stream()
                .filter(field -> !field.var().equals("FORM_TYPE"))
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
