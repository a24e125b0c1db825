package im.gatehouse.app;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramHash;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.StorageException;
import im.gatehouse.stream.sasl.CredentialSource;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslMechanisms;
import im.gatehouse.stream.sasl.VerifierAnswer;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins the mechanisms of sign-in to the accounts of each host. */
final class SignIn {
    private static final Logger log = LoggerFactory.getLogger(SignIn.class);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private final Accounts accounts;
    private final List<String> hosts;
    private final List<String> guestHosts;
    private final Seldom failures;
    private volatile Map<String, SaslMechanisms> mechanisms;

    SignIn(Accounts accounts, ServerConfig config, Time time) {
        this.accounts = accounts;
        this.hosts = config.general().hosts();
        this.guestHosts = config.auth().anonymousHosts();
        this.failures = new Seldom(time, LOG_PERIOD);
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
                        host -> host,
                        host -> new SaslMechanisms(
                                host,
                                guestHosts.contains(host) ? List.of(MechanismName.ANONYMOUS) : names,
                                new HostAccounts(accounts, host, failures),
                                new SaslMechanisms.Terms(
                                        config.auth().downgradeProtection(),
                                        config.auth().certificateCommonNames()))));
    }

    /** The accounts of one host, as sign-in sees them. */
    private record HostAccounts(Accounts accounts, String host, Seldom failures) implements CredentialSource {
        @Override
        public VerifierAnswer verifier(String user, ScramHash hash) {
            Jid account = Jid.of(user, host);
            return asked(() -> accounts.credentials(account))
                    .map(credentials -> new VerifierAnswer(credentials.verifier(hash), true))
                    .orElseGet(() -> new VerifierAnswer(accounts.fakeCredentials(account, hash), false));
        }

        @Override
        public boolean exists(String user) {
            return asked(() -> accounts.exists(Jid.of(user, host)));
        }

        @Override
        public boolean passwordMatches(String user, String password) {
            return asked(() -> accounts.check(Jid.of(user, host), password));
        }

        private <T> T asked(Supplier<T> question) {
            try {
                return question.get();
            } catch (StorageException e) {
                failures.happened(times -> log.warn(
                        "The accounts cannot be read, so sign-ins are refused ({} since the last such line): {}",
                        times,
                        e.getMessage()));
                throw e;
            }
        }
    }
}
