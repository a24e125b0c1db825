package im.gatehouse.admin.operations;

import im.gatehouse.account.AccountException;
import im.gatehouse.account.Accounts;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code account}: makes, changes, removes, lists and imports accounts. */
public final class AccountOperations {
    private static final int PORTION = 5_000;
    private static final int NAME_BYTES = 8;

    private record UserPayload(Jid jid, String message) {}

    private record CheckUserPayload(boolean exist, String message) {}

    private record CheckPasswordPayload(boolean correct, String message) {}

    private final Accounts accounts;
    private final SecureRandom random = new SecureRandom();

    private AccountOperations(Accounts accounts) {
        this.accounts = accounts;
    }

    public static AdminOperations of(Accounts accounts) {
        AccountOperations all = new AccountOperations(accounts);
        return AdminOperations.ofResource(AccountOperations.class, "account.graphqls")
                .forDomainOf("domain", "AccountAdminQuery", "listUsers", all::listUsers)
                .forDomainOf("domain", "AccountAdminQuery", "countUsers", all::countUsers)
                .forDomainOf("domain", "AccountAdminQuery", "countUsersToUpgrade", all::countUsersToUpgrade)
                .forDomainOf("user", "AccountAdminQuery", "checkPassword", all::checkPassword)
                .forDomainOf("user", "AccountAdminQuery", "checkUser", all::checkUser)
                .forDomainOf("domain", "AccountAdminMutation", "registerUser", all::registerUser)
                .forDomainOf("user", "AccountAdminMutation", "removeUser", all::removeUser)
                .forDomainOf("user", "AccountAdminMutation", "changeUserPassword", all::changeUserPassword)
                .global("AccountAdminMutation", "importUsers", all::importUsers);
    }

    // ---- queries ----

    private List<String> listUsers(AdminCall call) {
        String domain = served(call);
        int limit = call.integer("limit", Integer.MAX_VALUE);
        List<String> users = new ArrayList<>();
        @Nullable String after = call.optionalString("after");
        while (users.size() < limit) {
            int wanted = Math.min(PORTION, limit - users.size());
            List<Jid> portion = accounts.list(domain, wanted, after);
            portion.forEach(user -> users.add(user.toString()));
            if (portion.size() < wanted) {
                break;
            }
            after = portion.getLast().local();
        }
        return users;
    }

    private long countUsers(AdminCall call) {
        return accounts.count(served(call));
    }

    private long countUsersToUpgrade(AdminCall call) {
        return accounts.countToUpgrade(served(call));
    }

    private String served(AdminCall call) {
        String domain = call.string("domain");
        if (!accounts.serves(domain)) {
            throw Refusals.noSuchDomain(domain);
        }
        return domain;
    }

    private CheckUserPayload checkUser(AdminCall call) {
        Jid user = call.jid("user").bare();
        boolean exists = accounts.exists(user);
        return new CheckUserPayload(exists, "User " + user + (exists ? " exists" : " does not exist"));
    }

    private CheckPasswordPayload checkPassword(AdminCall call) {
        Jid user = existing(call);
        boolean correct = accounts.check(user, call.string("password"));
        return new CheckPasswordPayload(
                correct, "The password for user " + user + " is " + (correct ? "correct" : "incorrect"));
    }

    // ---- changes ----

    private UserPayload registerUser(AdminCall call) {
        @Nullable String given = call.optionalString("username");
        String name = given == null ? madeUpName() : given;
        Jid user;
        try {
            user = Jid.of(name, call.string("domain"));
        } catch (InvalidJidException e) {
            throw new AdminException("invalid_jid", "Invalid JID: " + e.getMessage());
        }
        try {
            accounts.create(user, call.string("password"));
        } catch (AccountException e) {
            throw refusal(user, e);
        }
        return new UserPayload(user, "User " + user + " successfully registered");
    }

    private String madeUpName() {
        byte[] bytes = new byte[NAME_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private UserPayload removeUser(AdminCall call) {
        Jid user = existing(call);
        if (!accounts.remove(user)) {
            throw Refusals.noSuchUser(user);
        }
        return new UserPayload(user, "User " + user + " successfully unregistered");
    }

    private UserPayload changeUserPassword(AdminCall call) {
        Jid user = existing(call);
        try {
            accounts.changePassword(user, call.string("newPassword"));
        } catch (AccountException e) {
            throw refusal(user, e);
        }
        return new UserPayload(user, "Password changed");
    }

    private Jid existing(AdminCall call) {
        Jid user = call.jid("user").bare();
        if (!accounts.serves(user.domain())) {
            throw Refusals.noSuchUsersDomain(user);
        }
        if (!accounts.exists(user)) {
            throw Refusals.noSuchUser(user);
        }
        return user;
    }

    private static AdminException refusal(Jid user, AccountException e) {
        return switch (e.reason()) {
            case ALREADY_EXISTS ->
                new AdminException("exists", "User " + user + " already registered").with("jid", user);
            case NOT_FOUND -> Refusals.noSuchUser(user);
            case DOMAIN_NOT_SERVED -> Refusals.noSuchUsersDomain(user);
            case PASSWORD_EMPTY -> new AdminException("empty_password", "Empty password").with("jid", user);
            case PASSWORD_NOT_ALLOWED ->
                new AdminException("invalid_password", e.reason().text()).with("jid", user);
            case NAME_MISSING, NAME_NOT_ALLOWED, NAME_TOO_LONG ->
                new AdminException("invalid_jid", "Invalid JID: " + e.reason().text()).with("jid", user);
        };
    }

    private AccountFile.Outcome importUsers(AdminCall call) {
        String name = call.string("filename");
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw AccountFile.notFound(name);
        }
        return new AccountFile(accounts, call.report()).read(file);
    }
}
