package im.gatehouse.stream;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Sessions;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resource binding (RFC 6120 section 7): the step at which a session begins, unless the listener leaves that to the
 * session request of old clients ({@link SessionFeature}).
 */
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
        return mayBind(stream) ? OFFER : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return mayBind(stream)
                && element.is("iq", Namespaces.CLIENT)
                && "set".equals(element.attribute("type"))
                && element.child("bind", Namespaces.BIND) != null;
    }

    private static boolean mayBind(ClientStream stream) {
        return stream.account() != null && stream.session() == null && stream.bound() == null;
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
        if (bind.children("resource", Namespaces.BIND).size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "One resource is bound at a time");
        }
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
        Sessions.Conflict policy = conflict.get();
        if (stream.entrance().sessionByRequest()) {
            reserve(request, full, policy, stream);
            return;
        }
        Registration outcome = stream.begin(full, answer(request, full));
        if (outcome instanceof Registration.InUse && policy == Sessions.Conflict.RENAME) {
            bind(request, full.withResource(madeUp()), stream);
        } else {
            SessionRefusal.tell(outcome, policy, request, stream);
        }
    }

    /** Answers the address alone: the session request opens the session, and may still find the resource in use. */
    private void reserve(Iq request, Jid full, Sessions.Conflict policy, ClientStream stream) {
        if (policy == Sessions.Conflict.REPLACE || !stream.isInUse(full)) {
            stream.bound(full);
            stream.send(answer(request, full));
        } else if (policy == Sessions.Conflict.RENAME) {
            reserve(request, full.withResource(madeUp()), policy, stream);
        } else {
            stream.send(request.refuse(Condition.CONFLICT.error()));
        }
    }

    private static Iq answer(Iq request, Jid full) {
        return request.result(Element.builder("bind", Namespaces.BIND)
                .child("jid", full.toString())
                .build());
    }
}
