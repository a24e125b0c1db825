package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;
import im.gatehouse.account.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Accounts in memory, by prepared user name. */
final class TestAccounts implements CredentialSource {
    private record Account(String password, byte[] salt) {}

    private final Map<String, Account> accounts = new HashMap<>();
    private boolean broken;

    TestAccounts with(String user, String password, byte[] salt) {
        accounts.put(user, new Account(password, salt));
        return this;
    }

    /** From now on the accounts cannot be read. */
    TestAccounts breakDown() {
        broken = true;
        return this;
    }

    @Override
    public VerifierAnswer verifier(String user, ScramHash hash) {
        failIfBroken();
        Account account = accounts.get(user);
        byte[] invented = Arrays.copyOf(("no such user " + user).getBytes(StandardCharsets.UTF_8), 16);
        Account shown = account == null ? new Account("nobody's", invented) : account;
        ScramMaths maths = ScramMaths.of(hash);
        byte[] salted = maths.derive(shown.password, shown.salt, 4096);
        ScramVerifier verifier =
                new ScramVerifier(shown.salt, 4096, maths.storedKey(salted), maths.hmac(salted, "Server Key"));
        return new VerifierAnswer(verifier, account != null);
    }

    @Override
    public boolean exists(String user) {
        failIfBroken();
        return accounts.containsKey(user);
    }

    @Override
    public boolean passwordMatches(String user, String password) {
        failIfBroken();
        Account account = accounts.get(user);
        return account != null
                && MessageDigest.isEqual(
                        account.password.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
    }

    private void failIfBroken() {
        if (broken) {
            throw new IllegalStateException("The disk is gone");
        }
    }
}
