package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import java.util.Objects;

/** Lets a client resume its session as it signs in (XEP-0198 section 8, XEP-0388). */
record InlineResuming(StreamManagement management) implements InlineResumption {
    @Override
    public Element offer() {
        return StreamManagement.OFFER;
    }

    @Override
    public boolean takes(Element request) {
        return request.is("resume", StreamManagement.NAMESPACE);
    }

    @Override
    public Outcome resume(Element request, ClientStream stream) {
        return switch (management.resume(stream, request)) {
            case StreamManagement.Resumption.Resumed(Element answer) -> {
                Session session = Objects.requireNonNull(stream.session());
                yield new Outcome.Resumed(session.jid(), answer, stream::flow);
            }
            case StreamManagement.Resumption.Failed(Element answer) -> new Outcome.NotResumed(answer);
            // No stream error, which would take from the client the new session that it may have asked for as well. The
            // old one stands, unless that new one is the same client's and takes its place.
            case StreamManagement.Resumption.Broken(StreamError error) ->
                new Outcome.NotResumed(StreamManagement.failed(error));
        };
    }
}
