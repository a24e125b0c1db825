package im.gatehouse.stream;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Sessions;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Resource binding (RFC 6120 section 7): the step at which a session begins. */
public final class BindFeature implements StreamFeature {
    private static final Element OFFER = Element.of("bind", Namespaces.BIND);

    private final SecureRandom random;
    private final Supplier<Sessions.Conflict> conflict;

    /**
     * @param conflict what happens when a resource is in use; may change while the server runs
     */
    public BindFeature(SecureRandom random, Supplier<Sessions.Conflict> conflict) {
        this.random = random;
        this.conflict = conflict;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        return stream.account() != null && stream.session() == null ? OFFER : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return stream.account() != null
                && stream.session() == null
                && element.is("iq", Namespaces.CLIENT)
                && "set".equals(element.attribute("type"))
                && element.child("bind", Namespaces.BIND) != null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        Iq request;
        Jid full;
        try {
            request = (Iq) Stanza.of(element);
            full = requested(request.request(), Objects.requireNonNull(stream.account()));
        } catch (StanzaException e) {
            stream.send(Objects.requireNonNull(Stanza.malformed(element, e.error())));
            return;
        }
        stream.lane().blocking(() -> bind(request, full, stream));
    }

    private Jid requested(Element bind, Jid account) {
        String resource = bind.childText("resource", Namespaces.BIND);
        try {
            return account.withResource(resource == null || resource.isEmpty() ? madeUp() : resource);
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private String madeUp() {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void bind(Iq request, Jid full, ClientStream stream) {
        switch (stream.bind(full)) {
            case Registration.Registered _ ->
                stream.send(request.result(Element.builder("bind", Namespaces.BIND)
                        .child("jid", full.toString())
                        .build()));
            case Registration.InUse _ when conflict.get() == Sessions.Conflict.RENAME ->
                bind(request, full.withResource(madeUp()), stream);
            case Registration.InUse _ -> refuse(request, Condition.CONFLICT.error(), stream);
            case Registration.TooMany _ ->
                refuse(request, Condition.RESOURCE_CONSTRAINT.error("This account has too many sessions"), stream);
            case Registration.Refused(Refusal refusal) -> {
                refuse(request, error(refusal), stream);
                stream.fail(StreamError.Condition.POLICY_VIOLATION.error("The session was refused"));
            }
        }
    }

    private static void refuse(Iq request, StanzaError error, ClientStream stream) {
        stream.send(request.refuse(error));
    }

    private static StanzaError error(Refusal refusal) {
        StanzaError error =
                switch (refusal.kind()) {
                    case ACCOUNT_DISABLED, NOT_ALLOWED, NOT_AUTHORIZED -> Condition.NOT_ALLOWED.error();
                    case TRY_LATER -> Condition.NOT_ALLOWED.error().type(StanzaError.Type.WAIT);
                };
        return new StanzaError(error.condition(), error.type(), refusal.text(), error.details());
    }
}
