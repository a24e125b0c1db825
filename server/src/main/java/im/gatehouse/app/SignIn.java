package im.gatehouse.app;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramHash;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.stream.sasl.CredentialSource;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslMechanisms;
import im.gatehouse.stream.sasl.VerifierAnswer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Joins the mechanisms of sign-in to the accounts of each host. */
final class SignIn {
    private final Accounts accounts;
    private final List<String> hosts;
    private volatile Map<String, SaslMechanisms> mechanisms;

    SignIn(Accounts accounts, ServerConfig config) {
        this.accounts = accounts;
        this.hosts = config.general().hosts();
        this.mechanisms = of(config);
    }

    /** The mechanisms by host, as they are now. */
    Map<String, SaslMechanisms> mechanisms() {
        return mechanisms;
    }

    /** Takes the mechanisms of a new configuration. */
    void follow(ServerConfig config) {
        mechanisms = of(config);
    }

    private Map<String, SaslMechanisms> of(ServerConfig config) {
        List<MechanismName> names = config.auth().mechanisms().stream()
                .map(name -> MechanismName.of(name).orElseThrow())
                .toList();
        return hosts.stream()
                .collect(Collectors.toMap(
                        host -> host, host -> new SaslMechanisms(host, names, new HostAccounts(accounts, host))));
    }

    /** The accounts of one host, as sign-in sees them. */
    private record HostAccounts(Accounts accounts, String host) implements CredentialSource {
        @Override
        public VerifierAnswer verifier(String user, ScramHash hash) {
            Jid account = Jid.of(user, host);
            return accounts.credentials(account)
                    .map(credentials -> new VerifierAnswer(credentials.verifier(hash), true))
                    .orElseGet(() -> new VerifierAnswer(accounts.fakeCredentials(account, hash), false));
        }

        @Override
        public boolean passwordMatches(String user, String password) {
            return accounts.check(Jid.of(user, host), password);
        }
    }
}
