package im.gatehouse.admin.operations;

import im.gatehouse.account.Accounts;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code session}: shows who is connected and ends sessions. */
public final class SessionOperations {
    /** How long the end of a session may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record SessionRow(
            Jid user, String connection, String ip, int port, @Nullable Integer priority, String node, long uptime) {}

    private record KickUserResult(Jid jid, boolean kicked, @Nullable String code, String message) {}

    private final Accounts accounts;
    private final Sessions sessions;
    private final Cluster cluster;
    private final Time time;

    private SessionOperations(Accounts accounts, Sessions sessions, Cluster cluster, Time time) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.cluster = cluster;
        this.time = time;
    }

    public static AdminOperations of(Accounts accounts, Sessions sessions, Cluster cluster, Time time) {
        SessionOperations all = new SessionOperations(accounts, sessions, cluster, time);
        return AdminOperations.ofResource(SessionOperations.class, "session.graphqls")
                .forDomainOf("domain", "SessionAdminQuery", "listSessions", all::listSessions)
                .forDomainOf("domain", "SessionAdminQuery", "countSessions", all::countSessions)
                .forDomainOf("user", "SessionAdminQuery", "listUserSessions", all::listUserSessions)
                .forDomainOf("user", "SessionAdminQuery", "countUserResources", all::countUserResources)
                .forDomainOf("user", "SessionAdminQuery", "getUserResource", all::getUserResource)
                .forDomainOf("user", "SessionAdminMutation", "kickUser", all::kickUser)
                .forDomainOf("user", "SessionAdminMutation", "kickUserSession", all::kickUserSession);
    }

    // ---- queries ----

    private List<SessionRow> listSessions(AdminCall call) {
        return within(call).stream()
                .sorted(Comparator.comparing(Session::jid))
                .map(this::row)
                .toList();
    }

    private int countSessions(AdminCall call) {
        return call.optionalString("domain") == null ? sessions.count() : within(call).size();
    }

    private List<Session> within(AdminCall call) {
        @Nullable String domain = call.optionalString("domain");
        if (domain == null) {
            return List.copyOf(sessions.all());
        }
        List<Session> within = sessions.all().stream()
                .filter(session -> session.jid().domain().equals(domain))
                .toList();
        if (within.isEmpty() && !accounts.serves(domain)) {
            throw Refusals.noSuchDomain(domain);
        }
        return within; // guests have no account, and their host has none
    }

    private List<SessionRow> listUserSessions(AdminCall call) {
        return sessions.of(existing(call)).stream().map(this::row).toList();
    }

    private int countUserResources(AdminCall call) {
        return sessions.of(existing(call)).size();
    }

    private String getUserResource(AdminCall call) {
        List<Session> all = sessions.of(existing(call));
        int number = call.integer("number", 1);
        if (number > all.size()) {
            throw new AdminException("wrong_res_number", "Wrong resource number: " + number)
                    .with("user", call.jid("user").bare())
                    .with("number", number);
        }
        return all.get(number - 1).jid().resource();
    }

    private Jid existing(AdminCall call) {
        Jid user = call.jid("user").bare();
        if (!sessions.of(user).isEmpty()) {
            return user;
        }
        if (!accounts.serves(user.domain())) {
            throw Refusals.noSuchUsersDomain(user);
        }
        if (!accounts.exists(user)) {
            throw Refusals.noSuchUser(user);
        }
        return user;
    }

    private SessionRow row(Session session) {
        @Nullable Presence presence = session.presence();
        return new SessionRow(
                session.jid(),
                connection(session),
                session.info().address().getAddress().getHostAddress(),
                session.info().address().getPort(),
                presence == null ? null : Integer.valueOf(presence.priority()),
                cluster.node(),
                Duration.between(session.info().since(), time.now()).toSeconds());
    }

    private static String connection(Session session) {
        String transport = session.info().transport();
        String name = transport.equals("tcp") ? "c2s" : transport;
        return session.info().secure() ? name + "_tls" : name;
    }

    // ---- changes ----

    private List<KickUserResult> kickUser(AdminCall call) {
        List<Session> ending = sessions.of(existing(call));
        ending.forEach(session -> session.end(conflict(call)));
        return ending.stream().map(SessionOperations::awaited).toList();
    }

    private KickUserResult kickUserSession(AdminCall call) {
        Jid user = call.jid("user");
        existing(call);
        @Nullable Session session = sessions.find(user);
        if (session == null) {
            return new KickUserResult(user, false, "no_session", "No active session");
        }
        session.end(conflict(call));
        return awaited(session);
    }

    private static StreamError conflict(AdminCall call) {
        @Nullable String reason = call.optionalString("reason");
        boolean given = reason != null && !reason.isEmpty();
        return StreamError.Condition.CONFLICT.error(given ? reason : "Kicked by administrator");
    }

    private static KickUserResult awaited(Session session) {
        return session.awaitGone(PATIENCE)
                ? new KickUserResult(session.jid(), true, null, "Session kicked")
                : new KickUserResult(session.jid(), false, "timeout", "The session has not ended yet");
    }
}
