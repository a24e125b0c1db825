package im.gatehouse.stream;

import im.gatehouse.session.Session;
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
            // The client may have asked for a new session as well, which a stream error would take from it.
            case StreamManagement.Resumption.Broken _ -> new Outcome.NotResumed(StreamManagement.NOT_FOUND);
        };
    }
}
