package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Refusal;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslBase64;
import im.gatehouse.stream.sasl.SaslCondition;
import im.gatehouse.stream.sasl.SaslResult;
import im.gatehouse.stream.sasl.TokenMechanism;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sign-in by the extensible profile (XEP-0388): in the same breath a client asks for its resource and whatever else its
 * session is to have, and the stream goes on as it is.
 */
public final class Sasl2Feature implements StreamFeature {
    static final String NAMESPACE = "urn:xmpp:sasl:2";

    private static final Logger log = LoggerFactory.getLogger(Sasl2Feature.class);

    private static final StreamError NOT_NOW =
            StreamError.Condition.POLICY_VIOLATION.error("Nothing else may be sent while a sign-in is under way");
    private static final StreamError OVER =
            StreamError.Condition.POLICY_VIOLATION.error("There is one sign-in on a stream");

    private final SaslAttempts attempts;
    private final Bind2 bind2;
    private final Fast fast;
    private final Upgrades upgrades;
    private final InlineFeatures inline;
    private final BooleanSupplier withoutTls;

    /**
     * @param withoutTls whether it is offered on connections without TLS, too, where these may sign in at all; may
     *     change
     */
    public Sasl2Feature(
            SaslAttempts attempts,
            Bind2 bind2,
            Fast fast,
            Upgrades upgrades,
            InlineFeatures inline,
            BooleanSupplier withoutTls) {
        this.attempts = attempts;
        this.bind2 = bind2;
        this.fast = fast;
        this.upgrades = upgrades;
        this.inline = inline;
        this.withoutTls = withoutTls;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        if (stream.account() != null || !isSafe(stream)) {
            return null;
        }
        List<MechanismName> offered = attempts.offered(stream);
        if (offered.isEmpty()) {
            return null;
        }
        Element.Builder offer = Element.builder("authentication", NAMESPACE);
        offered.forEach(name -> offer.child("mechanism", name.registered()));
        boolean guests = offered.stream().allMatch(name -> name == MechanismName.ANONYMOUS);
        return offer.child(inlineOffer(guests ? null : fast.offer(SaslAttempts.protection(stream))))
                .child(guests ? null : upgrades.offer())
                .build();
    }

    /**
     * @param tokens what is said of them; null where there are none, as for guests, who never come again
     */
    private Element inlineOffer(@Nullable Element tokens) {
        Element.Builder all = Element.builder("inline", NAMESPACE).child(bind2.offer());
        inline.resumptions().forEach(resumption -> all.child(resumption.offer()));
        return all.child(tokens).build();
    }

    private boolean isSafe(ClientStream stream) {
        return stream.connection().isSecure() || withoutTls.getAsBoolean();
    }

    /** While an attempt is under way everything comes here, for nothing else may come (section 2.4). */
    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.namespace().equals(NAMESPACE) || isUnderWay(stream);
    }

    private static boolean isUnderWay(ClientStream stream) {
        return stream.attempt() instanceof SaslAttempts.Kept kept && kept.request != null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        if (stream.account() != null) {
            stream.fail(OVER);
            return;
        }
        SaslAttempts.Kept kept = attempts.kept(stream);
        Upgrades.Pending pending = kept.pending;
        if (pending != null && pending.takes(element)) {
            stream.lane().blocking(() -> upgrade(element, pending, stream, kept));
        } else if (kept.request != null && !isTurn(element, pending)) {
            stream.fail(NOT_NOW);
        } else {
            stream.lane().blocking(() -> answer(turn(element, stream, kept), stream, kept));
        }
    }

    private static boolean isTurn(Element element, Upgrades.@Nullable Pending pending) {
        return element.is("abort", NAMESPACE) || element.is("response", NAMESPACE) && pending == null;
    }

    private SaslResult turn(Element element, ClientStream stream, SaslAttempts.Kept kept) {
        if (!isSafe(stream) || SaslAttempts.mustEncryptFirst(stream)) {
            return new SaslResult.Failure(SaslCondition.ENCRYPTION_REQUIRED);
        }
        return switch (element.name()) {
            case "authenticate" -> begin(element, stream, kept);
            case "response" -> step(element, stream, kept);
            case "abort" -> new SaslResult.Failure(SaslCondition.ABORTED);
            default -> new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST);
        };
    }

    private SaslResult begin(Element authenticate, ClientStream stream, SaslAttempts.Kept kept) {
        if (isAmbiguous(authenticate)) {
            return new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST, "Something is there twice");
        }
        Optional<UserAgent> userAgent = UserAgent.in(authenticate);
        if (userAgent.isEmpty()) {
            return new SaslResult.Failure(
                    SaslCondition.MALFORMED_REQUEST,
                    "The id of a user agent has 1 to " + UserAgent.MOST_ID + " characters");
        }
        Sasl2Request request = new Sasl2Request(authenticate, userAgent.get());
        kept.request = request;
        Element given = authenticate.child("initial-response", NAMESPACE);
        String initial = given == null ? null : base64(given);
        String name = authenticate.attributeOr("mechanism", "");
        return fast.mechanism(name)
                .map(mechanism -> byToken(mechanism, initial, request, stream, kept))
                .orElseGet(() -> attempts.begin(name, initial, stream, kept));
    }

    /** Whether something stands twice of which there is one: nobody knows which was meant. */
    private static boolean isAmbiguous(Element authenticate) {
        return authenticate.children("initial-response", NAMESPACE).size() > 1
                || authenticate.children("user-agent", NAMESPACE).size() > 1
                || authenticate.children("bind", Bind2.NAMESPACE).size() > 1
                || authenticate.children("resume", StreamManagement.NAMESPACE).size() > 1
                || authenticate.children("fast", Fast.NAMESPACE).size() > 1;
    }

    private SaslResult byToken(
            TokenMechanism mechanism,
            @Nullable String initial,
            Sasl2Request request,
            ClientStream stream,
            SaslAttempts.Kept kept) {
        Fast.Attempt attempt = fast.attempt(mechanism, request, stream.host()).orElse(null);
        if (attempt == null) {
            return new SaslResult.Failure(
                    SaslCondition.MALFORMED_REQUEST, "A token needs the id of the user agent and <fast/>");
        }
        kept.token = attempt;
        return attempts.begin(mechanism, attempt, initial, stream, kept);
    }

    private SaslResult step(Element response, ClientStream stream, SaslAttempts.Kept kept) {
        return kept.request == null // what is under way, if anything, is an attempt of the other profile
                ? new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST)
                : attempts.step(base64(response), stream, kept);
    }

    /** Section 2.2: an empty element is an empty message, which in RFC 6120 is a lone {@code =}. */
    private static String base64(Element element) {
        String text = element.text().strip();
        return text.isEmpty() ? "=" : text;
    }

    private void answer(SaslResult result, ClientStream stream, SaslAttempts.Kept kept) {
        switch (result) {
            case SaslResult.Challenge(byte[] data) ->
                stream.send(Element.of("challenge", NAMESPACE, text(data)));
            case SaslResult.Success success when !fitsHeader(success, stream) ->
                refuse(
                        new SaslResult.Failure(
                                SaslCondition.INVALID_AUTHZID, "The stream was opened in the name of somebody else"),
                        stream,
                        kept);
            case SaslResult.Success success -> {
                switch (attempts.admit(success, stream, kept)) {
                    case Refusal refusal -> refuse(SaslAttempts.failure(refusal), stream, kept);
                    case Admission admission -> {
                        if (endedToken(kept)) {
                            proved(admission, success, stream, kept);
                        } else {
                            refuse(new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE), stream, kept);
                        }
                    }
                }
            }
            case SaslResult.Failure failure -> refuse(failure, stream, kept);
        }
    }

    /** Whether a token that the client wants to be rid of is gone: only then may it believe so. */
    private static boolean endedToken(SaslAttempts.Kept kept) {
        Fast.Attempt attempt = kept.token;
        try {
            if (attempt != null) {
                attempt.endIfAsked();
            }
            return true;
        } catch (StorageException e) {
            log.warn("A token could not be revoked, so its client is refused for now: {}", e.getMessage());
            return false;
        }
    }

    private static String text(byte[] data) {
        return data.length == 0 ? "" : SaslBase64.text(data);
    }

    /** Section 2.3: who asks to act as somebody must have said so in the header, if it named anybody. */
    private static boolean fitsHeader(SaslResult.Success success, ClientStream stream) {
        String authorizationId = success.authorizationId();
        Jid claimed = stream.claimed();
        return authorizationId == null
                || claimed == null
                || claimed.bare().toString().equals(authorizationId);
    }

    private void refuse(SaslResult.Failure failure, ClientStream stream, SaslAttempts.Kept kept) {
        attempts.refuse(failure, stream, kept, () -> stream.send(toElement(failure)));
    }

    private static Element toElement(SaslResult.Failure failure) {
        Element.Builder element = Element.builder("failure", NAMESPACE)
                .child(Element.of(failure.condition().wire(), Namespaces.SASL));
        String text = failure.text();
        if (text != null) {
            element.child(Element.builder("text", NAMESPACE).lang("en").text(text).build());
        }
        return element.build();
    }

    // --- after the proof ---

    private void proved(
            Admission admission, SaslResult.Success success, ClientStream stream, SaslAttempts.Kept kept) {
        Sasl2Request request = Objects.requireNonNull(kept.request);
        Optional<Upgrades.Pending> pending = upgrades.pending(request, kept.name(), admission);
        if (pending.isPresent()) {
            kept.pending = pending.get();
            stream.send(upgrades.toContinue(success));
        } else {
            finish(admission, success.additionalData(), stream, kept);
        }
    }

    private void upgrade(Element element, Upgrades.Pending pending, ClientStream stream, SaslAttempts.Kept kept) {
        try {
            switch (upgrades.step(element, pending)) {
                case Upgrades.Step.Ask(Element question) -> stream.send(question);
                case Upgrades.Step.Done _ -> finish(pending.admission(), new byte[0], stream, kept);
                case Upgrades.Step.Malformed _ ->
                    refuse(new SaslResult.Failure(SaslCondition.MALFORMED_REQUEST), stream, kept);
            }
        } catch (StorageException e) {
            log.warn("What an account lacks could not be stored, so its client is refused: {}", e.getMessage());
            refuse(new SaslResult.Failure(SaslCondition.TEMPORARY_AUTH_FAILURE), stream, kept);
        }
    }

    private void finish(Admission admission, byte[] additionalData, ClientStream stream, SaslAttempts.Kept kept) {
        Sasl2Request request = Objects.requireNonNull(kept.request);
        Fast.Attempt attempt = kept.token;
        stream.signedIn(admission);
        Success answer = new Success(
                additionalData,
                () -> fast.token(admission.account(), request, attempt, SaslAttempts.protection(stream)));
        if (!resumed(request, answer, stream)) {
            bind(request, answer, stream);
        }
    }

    private boolean resumed(Sasl2Request request, Success answer, ClientStream stream) {
        for (InlineResumption resumption : inline.resumptions()) {
            for (Element child : request.authenticate().children()) {
                if (resumption.takes(child)) {
                    return resumed(resumption.resume(child, stream), answer, stream);
                }
            }
        }
        return false;
    }

    private static boolean resumed(InlineResumption.Outcome outcome, Success answer, ClientStream stream) {
        switch (outcome) {
            case InlineResumption.Outcome.NotResumed(Element failed) -> {
                answer.add(failed);
                return false;
            }
            case InlineResumption.Outcome.Resumed(Jid full, Element resumed, Runnable afterwards) -> {
                answer.add(resumed);
                stream.send(answer.withToken(full));
                stream.offerFeatures();
                afterwards.run();
                return true;
            }
        }
    }

    private void bind(Sasl2Request request, Success answer, ClientStream stream) {
        Jid account = Objects.requireNonNull(stream.account());
        Element bind = request.bind();
        if (bind == null) {
            stream.send(answer.withToken(account));
            stream.offerFeatures();
            return;
        }
        bind2.bind(bind, request.userAgent().id(), stream, outcome -> {
            switch (outcome) {
                case Bind2.Outcome.Bound(var session, Element bound) -> {
                    answer.add(bound);
                    stream.send(answer.withToken(session.jid()));
                    stream.offerFeatures();
                }
                case Bind2.Outcome.Failed(Element failed, var consequence) -> {
                    answer.add(failed);
                    stream.send(answer.of(account));
                    consequence.accept(stream);
                }
            }
        });
    }

    /** The {@code <success/>} that is being put together. */
    private static final class Success {
        private final Element.Builder element = Element.builder("success", NAMESPACE);
        private final Element.Builder rest = Element.builder("rest", NAMESPACE);

        private final Supplier<@Nullable Element> token;

        /**
         * @param token asked once the client is sure to come in
         */
        Success(byte[] additionalData, Supplier<@Nullable Element> token) {
            this.token = token;
            if (additionalData.length > 0) {
                element.child("additional-data", text(additionalData));
            }
        }

        void add(Element child) {
            rest.child(child);
        }

        Element withToken(Jid identity) {
            rest.child(token.get());
            return of(identity);
        }

        Element of(Jid identity) {
            return element.child("authorization-identifier", identity.toString())
                    .children(rest.build().children())
                    .build();
        }
    }
}
