package im.gatehouse.stream;

import im.gatehouse.session.Admission;
import im.gatehouse.session.Refusal;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslBase64;
import im.gatehouse.stream.sasl.SaslCondition;
import im.gatehouse.stream.sasl.SaslResult;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sign-in as RFC 6120 section 6 has it, after which the client opens its stream anew. */
public final class SaslFeature implements StreamFeature {
    private final SaslAttempts attempts;

    public SaslFeature(SaslAttempts attempts) {
        this.attempts = attempts;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        if (stream.account() != null) {
            return null;
        }
        List<MechanismName> offered = attempts.offered(stream);
        if (offered.isEmpty()) {
            return null;
        }
        Element.Builder offer = Element.builder("mechanisms", Namespaces.SASL);
        offered.forEach(name -> offer.child("mechanism", name.registered()));
        return offer.build();
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.namespace().equals(Namespaces.SASL) && stream.account() == null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        SaslAttempts.Kept kept = attempts.kept(stream);
        stream.lane().blocking(() -> answer(turn(element, stream, kept), stream, kept));
    }

    private SaslResult turn(Element element, ClientStream stream, SaslAttempts.Kept kept) {
        if (SaslAttempts.mustEncryptFirst(stream)) {
            return new SaslResult.Failure(SaslCondition.ENCRYPTION_REQUIRED);
        }
        String text = element.text();
        return switch (element.name()) {
            case "auth" ->
                attempts.begin(element.attributeOr("mechanism", ""), text.isEmpty() ? null : text, stream, kept);
            case "response" -> attempts.step(text, stream, kept);
            case "abort" -> new SaslResult.Failure(SaslCondition.ABORTED);
            default -> new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST);
        };
    }

    private void answer(SaslResult result, ClientStream stream, SaslAttempts.Kept kept) {
        switch (result) {
            case SaslResult.Challenge(byte[] data) ->
                stream.send(Element.of("challenge", Namespaces.SASL, SaslBase64.text(data)));
            case SaslResult.Success success -> {
                switch (attempts.admit(success, stream, kept)) {
                    case Refusal refusal -> refuse(SaslAttempts.failure(refusal), stream, kept);
                    case Admission admission -> {
                        stream.signedIn(admission);
                        stream.connection().sendAndRestart(success(success.additionalData()));
                    }
                }
            }
            case SaslResult.Failure failure -> refuse(failure, stream, kept);
        }
    }

    private static Element success(byte[] data) {
        return Element.of("success", Namespaces.SASL, data.length == 0 ? "" : SaslBase64.text(data));
    }

    private void refuse(SaslResult.Failure failure, ClientStream stream, SaslAttempts.Kept kept) {
        attempts.refuse(failure, stream, kept, () -> stream.send(toElement(failure)));
    }

    private static Element toElement(SaslResult.Failure failure) {
        Element.Builder element = Element.builder("failure", Namespaces.SASL)
                .child(failure.condition().wire());
        String text = failure.text();
        if (text != null) {
            element.child(Element.builder("text", Namespaces.SASL).lang("en").text(text).build());
        }
        return element.build();
    }
}
