package im.gatehouse.modules.invites;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.invites.InviteStore.Friendship;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes invitations, knows them again, and sees to it that each is used no more often than it may be, whatever happens
 * in between. All of it may block; safe from any number of virtual threads.
 */
public final class Invitations {
    private static final Logger log = LoggerFactory.getLogger(Invitations.class);

    /** An invitation is forgotten a day late: who has shown it in time may take that long to make the account. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final int TOKEN_BYTES = 16;
    private static final int LONGEST_TOKEN = 128;
    private static final int BATCH = 1_000;

    /** No invitation has this id. */
    private static final long NONE = -1;

    private final InviteStore store = new InviteStore();
    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final Accounts accounts;
    private final Time time;
    private final Befriending befriending;
    private final InviteMetrics metrics;

    private volatile InvitesConfig config;

    Invitations(
            InvitesConfig config,
            Database database,
            Accounts accounts,
            Time time,
            Befriending befriending,
            InviteMetrics metrics) {
        this.config = config;
        this.database = database;
        this.accounts = accounts;
        this.time = time;
        this.befriending = befriending;
        this.metrics = metrics;
    }

    void config(InvitesConfig fresh) {
        config = fresh;
    }

    InvitesConfig config() {
        return config;
    }

    // --- made ---

    /**
     * Makes an invitation.
     *
     * @param mostOpen how many of who invites may hold at a time; ignored for the administrators
     * @throws StanzaException when there are as many already, the name is taken, or who invites has no account
     */
    Letter make(Draft draft, int mostOpen) {
        byte[] secret = new byte[TOKEN_BYTES];
        random.nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        long now = time.now().toEpochMilli();
        Instant expiresAt = time.now().plus(draft.validFor()).truncatedTo(ChronoUnit.SECONDS);
        if (!draft.username().isEmpty() && accounts.exists(Jid.of(draft.username(), draft.domain()))) {
            throw new StanzaException(Condition.CONFLICT, "There is such an account");
        }
        Invitation made = database.write(db -> {
            draft.inviter().ifPresent(inviter -> checkInviter(db, inviter, mostOpen, now));
            if (!draft.username().isEmpty()
                    && store.isReserved(db, Jid.of(draft.username(), draft.domain()), now, NONE)) {
                throw new StanzaException(Condition.CONFLICT, "Somebody is invited under that name already");
            }
            store.insert(db, digest(token), draft, expiresAt.toEpochMilli());
            return store.find(db, digest(token)).orElseThrow();
        });
        metrics.made(made);
        return new Letter(made, token);
    }

    private void checkInviter(DSLContext db, Jid inviter, int mostOpen, long now) {
        if (!accounts.hold(db, inviter)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no such account");
        }
        if (store.countOpen(db, inviter, now) >= mostOpen) {
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT, "At most " + mostOpen + " invitations may be open at a time");
        }
    }

    private static String digest(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    // --- looked at ---

    /** The invitation by which somebody may make an account in a domain now; empty when the secret is wrong or over. */
    public Optional<Invitation> toAccount(String domain, String token) {
        return find(token)
                .filter(invitation -> invitation.kind().makesAccounts() && invitation.domain().equals(domain));
    }

    private Optional<Invitation> toContact(Jid inviter, String token) {
        return find(token)
                .filter(invitation -> invitation.kind().makesContacts()
                        && invitation.inviter().filter(inviter::equals).isPresent());
    }

    private Optional<Invitation> find(String token) {
        if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        Instant now = time.now();
        return database.read(db -> store.find(db, digest(token)))
                .filter(invitation -> invitation.expiresAt().isAfter(now) && invitation.usesLeft() > 0);
    }

    /** Whether a name is kept for who is invited under it. */
    public boolean isReserved(Jid account, Optional<Invitation> except) {
        long now = time.now().toEpochMilli();
        long id = except.map(Invitation::id).orElse(NONE);
        return database.read(db -> store.isReserved(db, account, now, id));
    }

    List<Invitation> list(String domain, @Nullable Long before, int limit) {
        long now = time.now().toEpochMilli();
        return database.read(db -> store.list(db, domain, before, limit, now));
    }

    boolean revoke(String domain, long id) {
        return database.write(db -> store.delete(db, domain, id));
    }

    // --- used ---

    /**
     * Uses an invitation up by an account that is being made, in the transaction that makes it: one without the other
     * does not happen. {@link #joined} is to follow.
     *
     * @throws StanzaException when it has been used up or taken back since it was found
     */
    public void use(DSLContext db, Invitation invitation, Jid account) {
        if (!store.use(db, invitation.id())) {
            throw new StanzaException(Condition.NOT_ALLOWED, "The invitation has been used");
        }
        if (invitation.befriends()) {
            invitation.inviter().ifPresent(inviter -> store.insertFriendship(db, new Friendship(account, inviter)));
        }
    }

    /** An account has been made by an invitation: it and who invited become each other's contacts. */
    public void joined(Invitation invitation, Jid account) {
        metrics.used(invitation);
        if (invitation.befriends()) {
            invitation.inviter().ifPresent(inviter -> befriend(new Friendship(account, inviter)));
        }
    }

    private void befriend(Friendship friendship) {
        try {
            if (accounts.exists(friendship.newcomer()) && accounts.exists(friendship.inviter())) {
                befriending.befriend(friendship.newcomer(), friendship.inviter());
            }
        } catch (StanzaException e) {
            log.info("Somebody who was invited could not become a contact: {}", e.getMessage());
        }
        database.write(db -> {
            store.deleteFriendship(db, friendship);
            return true;
        });
    }

    /** Finishes what a stop of the server has interrupted. */
    void resume() {
        try {
            database.read(store::friendships).forEach(this::befriend);
        } catch (StorageException e) {
            log.warn("Some who were invited become contacts only after the next start: {}", e.getMessage());
        }
    }

    /**
     * Somebody who asks to see who invites shows a secret: if it is right, who invites agrees and asks in turn.
     *
     * @return whether it was right
     */
    boolean welcome(Jid inviter, Jid contact, String token) {
        if (befriending.maySee(inviter, contact)) {
            return false; // there is nothing left to agree to
        }
        Optional<Invitation> invitation = toContact(inviter, token);
        boolean used = invitation.isPresent()
                && database.write(db -> store.use(db, invitation.get().id()));
        if (used) {
            metrics.used(invitation.get());
            befriending.welcome(inviter, contact);
        }
        return used;
    }

    // --- over ---

    void cleanUp() {
        long before = time.now().minus(GRACE).toEpochMilli();
        try {
            int deleted = BATCH;
            while (deleted == BATCH) {
                deleted = database.write(db -> store.deleteOver(db, before, BATCH));
            }
        } catch (StorageException e) {
            log.warn("Invitations that are over could not be deleted: {}", e.getMessage());
        }
    }

    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
