package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.ArchiveMetrics.Kind;
import im.gatehouse.modules.archive.Job.Burial;
import im.gatehouse.modules.archive.Job.Place;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Reader.Found;
import im.gatehouse.modules.archive.Reader.Page;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomArchive;
import im.gatehouse.modules.muc.RoomHooks;
import im.gatehouse.modules.muc.RoomVisit;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what is said in rooms, and shows it to those who may come in (XEP-0313 section 5.1.2). */
final class RoomArchives implements RoomArchive {
    private static final Logger log = LoggerFactory.getLogger(RoomArchives.class);

    private final ArchiveWriter writer;
    private final Reader reader;
    private final Router router;
    private final Sessions sessions;
    private final Time time;
    private final Arrivals arrivals;
    private final ArchiveMetrics metrics;
    private final Supplier<ArchiveConfig> config;

    RoomArchives(
            ArchiveWriter writer,
            Reader reader,
            Router router,
            Sessions sessions,
            Time time,
            Arrivals arrivals,
            ArchiveMetrics metrics,
            Supplier<ArchiveConfig> config) {
        this.writer = writer;
        this.reader = reader;
        this.router = router;
        this.sessions = sessions;
        this.time = time;
        this.arrivals = arrivals;
        this.metrics = metrics;
        this.config = config;
    }

    // --- what is said ---

    @Override
    public @Nullable Long keep(Room room, Message said, Jid speaker, Consumer<StanzaError> refused) {
        if (!Archivable.isSaidToAll(said)) {
            return null;
        }
        Place place = new Place(room.jid(), speaker.withResource(said.sender().resource()));
        Saying kept = writer.add(new Saying(
                said,
                null,
                place,
                Handle.of(speaker, room.jid(), said),
                null,
                arrivals.maySomeBeNew(speaker),
                refused));
        room.owe(kept.stored());
        return kept.id;
    }

    /** A tombstone takes the place of what was taken back. */
    void retracted(RoomHooks.Retracted retracted) {
        retracted.number().ifPresent(id -> {
            try {
                retracted.room().owe(writer.add(new Burial(
                        retracted.room().jid(), id, retracted.mark(), retracted.author(), new CompletableFuture<>())));
            } catch (StanzaException e) {
                log.warn("A message that was taken back stays in the archive of a room: {}", e.error().text());
            }
        });
    }

    // --- what is asked ---

    /** Answers one who may come into a room. Blocks. */
    Iq answer(Iq request, RoomVisit visit) {
        boolean get = request.type() == Iq.Type.GET;
        return switch (request.request().name()) {
            case "query" -> get ? request.result(Question.fields()) : query(request, visit);
            case "metadata" -> {
                if (!get) {
                    throw new StanzaException(Condition.NOT_ALLOWED);
                }
                yield request.result(reader.metadata(visit.room(), visit::stanzaId));
            }
            case "prefs" -> throw new StanzaException(
                    Condition.FEATURE_NOT_IMPLEMENTED, "What a room keeps is decided in its configuration");
            default -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        };
    }

    private Iq query(Iq request, RoomVisit visit) {
        long began = time.nanos();
        ArchiveConfig limits = config.get();
        Question question;
        try {
            question = Question.of(request.request(), limits.maxResultLimit(), visit::number);
        } catch (StanzaException e) {
            metrics.refusedQuery(Kind.MUC, visit.room());
            throw e;
        }
        Page page = page(question, visit, UserQueries.size(question, limits));
        List<Found> sent = question.flipped() ? page.found().reversed() : page.found();
        Session asker = sessions.find(request.sender());
        for (Found found : sent) {
            Element result = Reader.result(found, visit.stanzaId(found.id()), question.queryId(), shown(found, visit));
            Message message =
                    Message.of(Message.Type.NORMAL, visit.room(), request.sender(), null, result);
            if (asker != null) {
                asker.send(message);
            } else {
                router.route(message, new Lane(1));
            }
        }
        metrics.lookedUp(Kind.MUC, visit.room(), sent.size(), Duration.ofNanos(time.nanos() - began));
        return request.result(page.fin(question.queryId(), visit::stanzaId));
    }

    /**
     * By nick, or, for those who may know who spoke, by address; for the others nobody spoke under an address (section
     * 4.1.1).
     */
    private Page page(Question question, RoomVisit visit, int most) {
        Jid with = question.with();
        if (with == null || with.equals(visit.room())) {
            return reader.page(visit.room(), question, null, null, most);
        }
        if (with.bare().equals(visit.room())) {
            return reader.page(visit.room(), question, null, with.resource(), most);
        }
        if (!visit.seesAddresses()) {
            throw new StanzaException(Condition.FORBIDDEN, "You may not know who spoke here; ask for nicks");
        }
        return reader.page(visit.room(), question, with.bare(), null, most);
    }

    /** As it was said, with the real address of who spoke for those who may know it. */
    static Element shown(Found found, RoomVisit visit) {
        Element message = found.message().toElement();
        boolean byRoom = found.peer().equals(visit.room().toString());
        if (byRoom || !visit.seesAddresses()) {
            return message;
        }
        Element item = Element.builder("item", Mam.ROOM_USER).attribute("jid", found.peer()).build();
        return message.with(Element.builder("x", Mam.ROOM_USER).child(item).build());
    }
}
