package im.gatehouse.modules.blocklist;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The commands of the category {@code blocklist}. */
final class BlocklistAdmin {
    /** A longer reason would no longer fit into what clients accept as one stanza. */
    private static final int LONGEST_REASON = 10_000;

    private static final String INVALID_REASON = "invalid_reason";
    private static final String DOMAIN_NOT_FOUND = "domain_not_found";

    private final Blocklist blocklist;
    private final Accounts accounts;

    BlocklistAdmin(Blocklist blocklist, Accounts accounts) {
        this.blocklist = blocklist;
        this.accounts = accounts;
    }

    /**
     * The commands.
     *
     * @param admin does the work, or throws when nobody can
     */
    static AdminOperations operations(Supplier<BlocklistAdmin> admin) {
        String query = "BlocklistAdminQuery";
        String mutation = "BlocklistAdminMutation";
        return AdminOperations.ofResource(BlocklistAdmin.class, "blocklist.graphqls")
                .forDomainOf("user", mutation, "addUser", call -> admin.get().addUser(call))
                .forDomainOf("user", mutation, "removeUser", call -> admin.get().removeUser(call))
                .forDomainOf("domain", query, "userCount", call -> admin.get().userCount(call))
                .forDomainOf("domain", query, "listBlockedUsers", call -> admin.get().listBlockedUsers(call));
    }

    private boolean addUser(AdminCall call) {
        Jid user = user(call);
        String reason = reason(call);
        if (!accounts.exists(user)) {
            throw new AdminException("user_not_found", "User does not exist").with("user", user.toString());
        }
        blocklist.add(user, reason);
        return true;
    }

    private boolean removeUser(AdminCall call) {
        return blocklist.remove(user(call));
    }

    private int userCount(AdminCall call) {
        return blocklist.count(domain(call));
    }

    private List<BlockedUser> listBlockedUsers(AdminCall call) {
        return blocklist.list(domain(call), call.integer("limit", Integer.MAX_VALUE), call.integer("index", 0));
    }

    private Jid user(AdminCall call) {
        Jid user = call.jid("user");
        if (!accounts.serves(user.domain())) {
            throw new AdminException(DOMAIN_NOT_FOUND, "User's domain does not exist").with("user", user.toString());
        }
        return user;
    }

    private String domain(AdminCall call) {
        String domain = call.string("domain");
        if (!accounts.serves(domain)) {
            throw new AdminException(DOMAIN_NOT_FOUND, "Domain does not exist").with("domain", domain);
        }
        return domain;
    }

    private static @Nullable String reason(AdminCall call) {
        String reason = call.optionalString("reason");
        if (reason == null) {
            return null;
        }
        if (reason.length() > LONGEST_REASON) {
            throw new AdminException(
                    INVALID_REASON,
                    "The reason has %,d characters; it may have %,d".formatted(reason.length(), LONGEST_REASON));
        }
        if (!reason.codePoints().allMatch(BlocklistAdmin::mayBeSaid)) {
            throw new AdminException(INVALID_REASON, "The reason has characters that are not for reading, on one line");
        }
        return reason;
    }

    /** No control characters, and nothing that XML cannot carry (XML 1.0, section 2.2). */
    private static boolean mayBeSaid(int c) {
        return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE && (c & 0xFFFE) != 0xFFFE;
    }
}
