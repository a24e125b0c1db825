package im.gatehouse.modules.register;

import im.gatehouse.account.AccountException;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.net.InetAddress;

/** Makes accounts for strangers, and lets owners change their password or remove their account. */
final class Registration {
    private final ModuleContext context;
    private final RegistrationThrottle throttle;

    private volatile RegisterConfig config;

    Registration(RegisterConfig config, ModuleContext context) {
        this.config = config;
        this.context = context;
        this.throttle = new RegistrationThrottle(context.time());
    }

    void config(RegisterConfig fresh) {
        config = fresh;
    }

    /** Whether strangers may make accounts. */
    boolean isOpen() {
        return config.newAccounts();
    }

    // --- strangers, before they sign in ---

    /**
     * Answers a request of somebody who has not signed in. Blocks for the derivation of keys.
     *
     * @param host the domain of the stream
     * @param address the client's
     * @throws StanzaException to refuse
     */
    Iq stranger(Iq request, String host, InetAddress address) {
        if (!config.newAccounts()) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Accounts are not made from within a client here");
        }
        Jid to = request.to();
        if (to != null && !to.equals(Jid.ofDomain(host))) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Accounts are made in the domain of the stream");
        }
        Element query = request.request();
        if (request.type() == Iq.Type.GET) {
            return request.result(Application.form(config.instructions()));
        }
        if (query.child("remove", Application.NAMESPACE) != null) {
            throw new StanzaException(Condition.UNEXPECTED_REQUEST);
        }
        make(Application.read(query), host, address);
        return request.result();
    }

    private void make(Application application, String host, InetAddress address) {
        Jid account = account(application.username(), host);
        if (!throttle.take(address, config.accountsPerAddressPerHour())) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .error("Too many accounts come from your address; try again in an hour")
                    .type(StanzaError.Type.WAIT));
        }
        boolean made = false;
        try {
            context.accounts().create(account, application.password());
            made = true;
        } catch (AccountException e) {
            throw refusal(e);
        } finally {
            if (!made) {
                throttle.giveBack(address);
            }
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

    /** Tells an owner the own account (XEP-0077 section 3.1). */
    Iq ownAccount(Iq request) {
        Jid owner = owner(request);
        return request.result(Element.builder("query", Application.NAMESPACE)
                .child("registered")
                .child("username", owner.local())
                .child("password")
                .build());
    }

    /** Changes the password, or removes the account; its sessions end then. Blocks. */
    Iq change(Iq request) {
        Jid owner = owner(request);
        Element query = request.request();
        if (query.child("remove", Application.NAMESPACE) == null) {
            changePassword(owner, Application.read(query));
        } else if (query.children().size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST);
        } else if (!context.accounts().remove(owner)) {
            throw new StanzaException(Condition.REGISTRATION_REQUIRED);
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
