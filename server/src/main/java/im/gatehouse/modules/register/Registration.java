package im.gatehouse.modules.register;

import im.gatehouse.account.AccountException;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.invites.Invitation;
import im.gatehouse.modules.invites.Invitations;
import im.gatehouse.modules.register.RegisterConfig.NewAccounts;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.net.InetAddress;
import java.util.Optional;

/** Makes accounts for strangers, and lets owners change their password or remove their account. */
final class Registration {
    /** Those who make an account by invitation may be a whole class behind one address. */
    private static final int MORE_FOR_INVITED = 10;

    private final ModuleContext context;
    private final RegistrationThrottle throttle;
    private final RegisterMetrics metrics;

    private volatile RegisterConfig config;

    Registration(RegisterConfig config, ModuleContext context, RegisterMetrics metrics) {
        this.config = config;
        this.context = context;
        this.metrics = metrics;
        this.throttle = new RegistrationThrottle(context.time());
    }

    void config(RegisterConfig fresh) {
        config = fresh;
    }

    /** Whether people make accounts of a host from within a client, at least those who are invited. */
    boolean isOpen(String host) {
        boolean everybody = config.newAccounts() == NewAccounts.EVERYBODY && context.accounts().serves(host);
        return everybody || takesInvited(host);
    }

    /** Whether people make accounts of a host by invitation; at a host of guests there are none. */
    boolean takesInvited(String host) {
        return takesInvited() && context.accounts().serves(host);
    }

    /** Whether people make accounts by invitation. */
    boolean takesInvited() {
        return config.newAccounts() != NewAccounts.NOBODY
                && context.optionalService(Invitations.class).isPresent();
    }

    // --- strangers, before they sign in ---

    /**
     * Looks at the invitation that somebody shows who has not signed in (XEP-0445 section 4). It counts as used only
     * when the account is made. Blocks.
     *
     * @throws StanzaException to refuse
     */
    Invitation invited(Iq request, String host) {
        checkReceiver(request, host);
        String token = request.request().attributeOr("token", "");
        return context.optionalService(Invitations.class)
                .filter(_ -> takesInvited())
                .flatMap(invitations -> invitations.toAccount(host, token))
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND, "The provided token is invalid or expired"));
    }

    /**
     * Answers a request of somebody who has not signed in. Blocks for the derivation of keys.
     *
     * @param host the domain of the stream
     * @param address the client's
     * @param invitation that was shown on the stream
     * @throws StanzaException to refuse
     */
    Iq stranger(Iq request, String host, InetAddress address, Optional<Invitation> invitation) {
        switch (config.newAccounts()) {
            case NOBODY ->
                throw new StanzaException(Condition.NOT_ALLOWED, "Accounts are not made from within a client here");
            case INVITED -> {
                if (invitation.isEmpty()) {
                    throw new StanzaException(Condition.NOT_ALLOWED, "Accounts are made by invitation here");
                }
            }
            case EVERYBODY -> {}
        }
        checkReceiver(request, host);
        Element query = request.request();
        if (request.type() == Iq.Type.GET) {
            String username = invitation.map(Invitation::username).orElse("");
            return request.result(Application.form(config.instructions(), username));
        }
        if (query.child("remove", Application.NAMESPACE) != null) {
            throw new StanzaException(Condition.UNEXPECTED_REQUEST);
        }
        make(Application.read(query, Condition.NOT_ACCEPTABLE), host, address, invitation);
        return request.result();
    }

    private static void checkReceiver(Iq request, String host) {
        Jid to = request.to();
        if (to != null && !to.equals(Jid.ofDomain(host))) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Accounts are made in the domain of the stream");
        }
    }

    private void make(Application application, String host, InetAddress address, Optional<Invitation> invitation) {
        Jid account = account(application.username(), host);
        int perHour = config.accountsPerAddressPerHour();
        if (!throttle.take(address, invitation.isPresent() ? perHour * MORE_FOR_INVITED : perHour)) {
            metrics.throttled(host);
            throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .error("Too many accounts come from your address; try again in an hour")
                    .type(StanzaError.Type.WAIT));
        }
        boolean made = false;
        try {
            checkName(account, invitation);
            create(account, application.password(), invitation);
            made = true;
            metrics.made(host);
        } catch (AccountException e) {
            throw refusal(e);
        } finally {
            if (!made) {
                throttle.giveBack(address);
            }
        }
    }

    private void checkName(Jid account, Optional<Invitation> invitation) {
        String username = invitation.map(Invitation::username).orElse("");
        if (!username.isEmpty() && !username.equals(account.local())) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The invitation is for the name " + username);
        }
        boolean reserved = context.optionalService(Invitations.class)
                .filter(invitations -> invitations.isReserved(account, invitation))
                .isPresent();
        if (reserved) {
            throw new StanzaException(Condition.CONFLICT);
        }
    }

    private void create(Jid account, String password, Optional<Invitation> invitation) {
        Optional<Invitations> invitations = context.optionalService(Invitations.class);
        if (invitation.isPresent() && invitations.isPresent()) {
            context.accounts()
                    .create(account, password, db -> invitations.get().use(db, invitation.get(), account));
            invitations.get().joined(invitation.get(), account);
        } else {
            context.accounts().create(account, password);
        }
    }

    private static Jid account(String username, String host) {
        try {
            return Jid.of(username, host);
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, String.valueOf(e.getMessage()));
        }
    }

    private static StanzaException refusal(AccountException cause) {
        Condition condition =
                switch (cause.reason()) {
                    case ALREADY_EXISTS -> Condition.CONFLICT;
                    case NOT_FOUND -> Condition.REGISTRATION_REQUIRED;
                    case DOMAIN_NOT_SERVED -> Condition.NOT_ALLOWED;
                    case NAME_MISSING,
                            NAME_NOT_ALLOWED,
                            NAME_TOO_LONG,
                            PASSWORD_EMPTY,
                            PASSWORD_NOT_ALLOWED -> Condition.NOT_ACCEPTABLE;
                };
        return new StanzaException(condition, cause.reason().text());
    }

    // --- owners, after they have signed in ---

    /** Tells an owner the own account, and what can be done with it (XEP-0077 section 3.1). */
    Iq ownAccount(Iq request) {
        Jid owner = owner(request);
        return request.result(Element.builder("query", Application.NAMESPACE)
                .child("registered")
                .child("instructions", "You may change your password, or remove your account.")
                .child("username", owner.local())
                .child("password")
                .build());
    }

    /** Changes the password, or removes the account; its sessions end then. Blocks. */
    Iq change(Iq request) {
        Jid owner = owner(request);
        Element query = request.request();
        if (query.child("remove", Application.NAMESPACE) == null) {
            changePassword(owner, Application.read(query, Condition.BAD_REQUEST)); // section 3.3
        } else if (query.children().size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST);
        } else if (!context.accounts().remove(owner)) {
            throw new StanzaException(Condition.REGISTRATION_REQUIRED);
        } else {
            metrics.removed(owner.domain());
        }
        return request.result();
    }

    private void changePassword(Jid owner, Application application) {
        String name = application.username();
        boolean own = name.equals(owner.toString()) || account(name, owner.domain()).equals(owner);
        if (!own) {
            throw new StanzaException(Condition.FORBIDDEN, "You can change your own password alone");
        }
        try {
            context.accounts().changePassword(owner, application.password());
        } catch (AccountException e) {
            throw refusal(e);
        }
    }

    /** The sender, who may speak for the own account alone: to it, or to its server. */
    private static Jid owner(Iq request) {
        Jid owner = request.sender().bare();
        Jid to = request.receiver();
        boolean own = to.hasLocal() ? to.equals(owner) : to.domain().equals(owner.domain());
        if (!own) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        return owner;
    }
}
