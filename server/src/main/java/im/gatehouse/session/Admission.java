package im.gatehouse.session;

import im.gatehouse.jid.Jid;

/**
 * Proof that a login was allowed. Only {@link Sessions#admit} gives it out, and without it there is neither a signed-in
 * stream nor a session, nor does one come back: a new way in that forgets to ask does not compile.
 */
public final class Admission implements Decision {
    private final Login login;

    /** Only for {@link Sessions#admit}. */
    Admission(Login login) {
        this.login = login;
    }

    /** What was allowed. */
    public Login login() {
        return login;
    }

    /** The bare address of the account. */
    public Jid account() {
        return login.account();
    }
}
