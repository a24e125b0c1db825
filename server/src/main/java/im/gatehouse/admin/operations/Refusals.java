package im.gatehouse.admin.operations;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;

/** The errors that operations share, with the codes and words of MongooseIM. */
public final class Refusals {
    private Refusals() {}

    /** For a query on a domain that is not served. */
    public static AdminException noSuchDomain(String domain) {
        return new AdminException("domain_not_found", "Domain does not exist").with("domain", domain);
    }

    /** For a change to a user of a domain that is not served. */
    public static AdminException noSuchUsersDomain(Jid user) {
        return new AdminException("domain_not_found", "User's domain does not exist").with("user", user.bare());
    }

    public static AdminException noSuchUser(Jid user) {
        return new AdminException("user_not_found", "User does not exist").with("user", user.bare());
    }
}
