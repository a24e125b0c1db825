package im.gatehouse.stream;

import im.gatehouse.session.Refusal;
import im.gatehouse.session.Sessions;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StreamError;

/** How a client is told that its session could not be opened, whether it asked by binding or by a session request. */
final class SessionRefusal {
    /** What MongooseIM's clients are told, number and all; the stream ends without an error. */
    private static final StanzaError LOCKED_OUT = Condition.NOT_ALLOWED.error().legacyCode(405);

    private static final StanzaError TRY_LATER =
            Condition.INTERNAL_SERVER_ERROR.error().type(StanzaError.Type.WAIT);

    private static final StanzaError STILL_ENDING = Condition.CONFLICT
            .error("The older session of this resource has not ended yet, try later")
            .type(StanzaError.Type.WAIT);

    private SessionRefusal() {}

    /** Tells what stood against a session; nothing when it stands. Call it in the stream's lane. */
    static void tell(Registration outcome, Sessions.Conflict conflict, Iq request, ClientStream stream) {
        switch (outcome) {
            case Registration.Registered _ -> {}
            case Registration.InUse _ when conflict == Sessions.Conflict.REPLACE ->
                stream.send(request.refuse(STILL_ENDING));
            case Registration.InUse _ -> stream.send(request.refuse(Condition.CONFLICT.error()));
            case Registration.TooMany _ ->
                stream.send(request.refuse(Condition.RESOURCE_CONSTRAINT.error("This account has too many sessions")));
            case Registration.Refused(Refusal refusal) -> tell(refusal, request, stream);
        }
    }

    private static void tell(Refusal refusal, Iq request, ClientStream stream) {
        switch (refusal.kind()) {
            case ACCOUNT_DISABLED, NOT_ALLOWED -> {
                stream.send(request.refuse(LOCKED_OUT.text(refusal.text())));
                stream.close();
            }
            case NOT_AUTHORIZED -> {
                stream.send(request.refuse(Condition.NOT_AUTHORIZED.error().text(refusal.text())));
                stream.fail(StreamError.Condition.NOT_AUTHORIZED.error());
            }
            // The stream stays: the same client may ask again until its time for signing in is over.
            case TRY_LATER -> stream.send(request.refuse(TRY_LATER.text(refusal.text())));
        }
    }
}
