package im.gatehouse.account;

import im.gatehouse.jid.Jid;
import java.util.List;
import java.util.stream.Collectors;

/** Gives tests as many accounts as they like for the price of one. */
public final class Registered {
    private static final int AT_ONCE = 2_000;

    private Registered() {}

    /** Makes accounts in no time, all with the password {@code secret}. */
    public static void all(Accounts accounts, List<Jid> addresses) {
        try (KeyDerivation keys = new KeyDerivation(ScramSettings.LEAST_ITERATIONS)) {
            Credentials same = keys.derive("secret");
            for (int from = 0; from < addresses.size(); from += AT_ONCE) {
                List<Jid> some = addresses.subList(from, Math.min(addresses.size(), from + AT_ONCE));
                accounts.insert(some.stream().collect(Collectors.toMap(address -> address, _ -> same)));
            }
        }
    }
}
