package im.gatehouse.modules.avatar;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.presence.PresenceStamp;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in users' presence which avatar they have, so that their clients need not fetch it to know (XEP-0398 section 4).
 * A client that says with an empty {@code <photo/>} that there is none is left alone.
 */
final class AvatarStamp implements PresenceStamp {
    static final String NAMESPACE = "vcard-temp:x:update";

    private static final Logger log = LoggerFactory.getLogger(AvatarStamp.class);

    /** The hash of the account's avatar, empty where it has none. Set in the session's lane. */
    private static final Session.Key<String> HASH = new Session.Key<>("avatar");

    /** Set when the client wants nothing said. Touched in the session's lane. */
    private static final Session.Key<Boolean> QUIET = new Session.Key<>("no avatar");

    private final ModuleContext context;
    private final Presences presences;

    AvatarStamp(ModuleContext context, Presences presences) {
        this.context = context;
        this.presences = presences;
    }

    /**
     * A session has begun; its first presence comes later. The client knows by then that its session stands: a slow
     * database holds up no sign-in.
     */
    void opened(Session session, Function<Jid, String> hashes) {
        session.lane().add(() -> session.lane().blocking(() -> learn(session, hashes)));
    }

    private static void learn(Session session, Function<Jid, String> hashes) {
        try {
            String hash = hashes.apply(session.account());
            if (session.kept(HASH) == null) {
                session.keep(HASH, hash);
            }
        } catch (StorageException e) {
            log.warn("The avatar of a user cannot be told: {}", e.getMessage());
        }
    }

    /** An account has another avatar: those who see its presence are told. */
    void changed(Jid account, String hash) {
        for (Session session : context.sessions().of(account)) {
            Lane lane = session.lane();
            lane.add(() -> refresh(session, hash, lane));
        }
    }

    private void refresh(Session session, String hash, Lane lane) {
        boolean same = hash.equals(session.kept(HASH));
        session.keep(HASH, hash);
        Presence presence = session.presence();
        if (!same && presence != null && session.kept(QUIET) == null) {
            presences.broadcast(session, with(presence, hash), lane);
        }
    }

    @Override
    public Presence stamp(Session session, Presence presence) {
        String hash = session.kept(HASH);
        Element photo = photo(presence);
        boolean saysNone = photo != null && photo.text().isEmpty();
        if (presence.to() == null) {
            boolean ownWord = saysNone && hash != null && !hash.isEmpty();
            session.keep(QUIET, ownWord ? true : null);
        }
        return hash == null || hash.isEmpty() || saysNone ? presence : with(presence, hash);
    }

    private static @Nullable Element photo(Presence presence) {
        Element update = presence.child("x", NAMESPACE);
        return update == null ? null : update.child("photo", NAMESPACE);
    }

    private static Presence with(Presence presence, String hash) {
        Element photo = photo(presence);
        if (photo != null && photo.text().equals(hash)) {
            return presence;
        }
        return presence.without(child -> child.is("x", NAMESPACE))
                .with(Element.builder("x", NAMESPACE)
                        .child(Element.of("photo", NAMESPACE, hash))
                        .build());
    }
}
