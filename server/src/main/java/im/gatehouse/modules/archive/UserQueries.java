package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.ArchiveMetrics.Kind;
import im.gatehouse.modules.archive.Reader.Found;
import im.gatehouse.modules.archive.Reader.Page;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers users who ask their own archive, and takes their preferences (XEP-0313, XEP-0441). Blocks. */
final class UserQueries {
    private final Reader reader;
    private final Choices choices;
    private final Sessions sessions;
    private final Time time;
    private final ArchiveMetrics metrics;
    private final Supplier<ArchiveConfig> config;

    UserQueries(
            Reader reader,
            Choices choices,
            Sessions sessions,
            Time time,
            ArchiveMetrics metrics,
            Supplier<ArchiveConfig> config) {
        this.reader = reader;
        this.choices = choices;
        this.sessions = sessions;
        this.time = time;
        this.metrics = metrics;
        this.config = config;
    }

    Iq fields(Iq request) {
        own(request);
        return request.result(Question.fields());
    }

    /** Sends what is asked for, then the end of it. */
    Iq query(Iq request) {
        Jid account = own(request);
        Session asker = sessions.find(request.sender());
        if (asker == null) {
            throw new StanzaException(Condition.RECIPIENT_UNAVAILABLE);
        }
        long began = time.nanos();
        ArchiveConfig limits = config.get();
        Question question;
        try {
            question = Question.of(request.request(), limits.maxResultLimit(), Ids::parse);
        } catch (StanzaException e) {
            metrics.refusedQuery(Kind.PM, account);
            throw e;
        }
        Page page = reader.page(
                account, question, bareOrNull(question), resourceOrNull(question), size(question, limits));
        List<Found> sent = question.flipped() ? page.found().reversed() : page.found();
        for (Found found : sent) {
            Element result = Reader.result(
                    found, Ids.text(found.id()), question.queryId(), found.message().toElement());
            asker.send(Message.of(Message.Type.NORMAL, account, asker.jid(), null, result));
        }
        metrics.lookedUp(Kind.PM, account, sent.size(), Duration.ofNanos(time.nanos() - began));
        return request.result(page.fin(question.queryId(), Ids::text));
    }

    private static @Nullable Jid bareOrNull(Question question) {
        return question.with() == null ? null : question.with().bare();
    }

    private static @Nullable String resourceOrNull(Question question) {
        return question.with() == null || question.with().isBare() ? null : question.with().resource();
    }

    /** How many messages a page has. */
    static int size(Question question, ArchiveConfig limits) {
        return question.max() == null
                ? limits.defaultResultLimit()
                : Math.min(question.max(), limits.maxResultLimit());
    }

    Iq metadata(Iq request) {
        return request.result(reader.metadata(own(request), Ids::text));
    }

    Iq preferences(Iq request) {
        Jid account = own(request);
        metrics.prefsAsked(account);
        return request.result(choices.of(account).toElement());
    }

    Iq choose(Iq request) {
        Jid account = own(request);
        Preferences chosen = Preferences.of(request.request());
        choices.put(account, chosen);
        metrics.prefsChanged(account);
        return request.result(chosen.toElement());
    }

    /** An archive is its owner's alone (section 7.1). */
    private static Jid own(Iq request) {
        Jid account = request.sender().bare();
        if (!request.receiver().bare().equals(account)) {
            throw new StanzaException(Condition.FORBIDDEN, "This archive is somebody else's");
        }
        return account;
    }
}
