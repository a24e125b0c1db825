package im.gatehouse.modules.blocklist;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.target.RuleIndex;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom targets match at this moment.
 *
 * @param accounts existing accounts, those too that are only matched by the address of a session that they have
 * @param sessions live sessions on this node
 */
record Reach(long accounts, long sessions) {
    /** So many accounts are looked at with one query. */
    private static final int PART = 2_000;

    /**
     * Counts. Blocks on the database; where it has to look at every account, it takes about a second for a million.
     *
     * @param hosts the domains that have accounts
     */
    static Reach of(Collection<Target> targets, Accounts accounts, Sessions sessions, Collection<String> hosts) {
        Targets all = new Targets(targets);
        Set<Jid> byAddress = new HashSet<>();
        long live = 0;
        for (Session session : sessions.all()) {
            boolean named = all.name(session.account());
            if (named || all.include(Eviction.address(session))) {
                live++;
                if (!named) {
                    byAddress.add(session.account());
                }
            }
        }
        long named = all.onlyAccounts() ? existing(all.accounts, accounts) : named(all, accounts, all.hostsOf(hosts));
        return new Reach(named + byAddress.size(), live);
    }

    /** As it is told beside an answer. */
    Map<String, Object> asMap() {
        Map<String, Object> told = new LinkedHashMap<>(); // printed in this order
        told.put("accounts", accounts);
        told.put("sessions", sessions);
        return told;
    }

    private static long existing(Set<Jid> targets, Accounts accounts) {
        Map<String, List<Set<String>>> parts = new HashMap<>();
        for (Jid account : targets) {
            List<Set<String>> ofDomain = parts.computeIfAbsent(account.domain(), _ -> new ArrayList<>());
            if (ofDomain.isEmpty() || ofDomain.getLast().size() == PART) {
                ofDomain.add(new HashSet<>());
            }
            ofDomain.getLast().add(account.local());
        }
        long count = 0;
        for (Map.Entry<String, List<Set<String>>> domain : parts.entrySet()) {
            for (Set<String> names : domain.getValue()) {
                count += accounts.taken(domain.getKey(), names).size();
            }
        }
        return count;
    }

    private static long named(Targets targets, Accounts accounts, Collection<String> hosts) {
        long count = 0;
        for (String host : hosts) {
            List<Jid> part = accounts.list(host, PART, null);
            while (!part.isEmpty()) {
                count += part.stream().filter(targets::name).count();
                part = part.size() < PART
                        ? List.of()
                        : accounts.list(host, PART, part.getLast().local());
            }
        }
        return count;
    }

    /** Many targets, each asked without going through all of them. */
    private static final class Targets {
        private final Set<Jid> accounts = new HashSet<>();
        private final Set<Target> digests = new HashSet<>();
        private final RuleIndex<Target> rules;
        private final boolean named;
        private final Set<String> domains = new HashSet<>();
        private boolean everywhere;

        Targets(Collection<Target> targets) {
            Map<Target, Target> others = new HashMap<>();
            for (Target target : targets) {
                target.domain().ifPresent(domains::add);
                everywhere |= target.domain().isEmpty() && !(target instanceof Target.Address);
                switch (target) {
                    case Target.Account(Jid bare) -> accounts.add(bare);
                    case Target.Digest digest -> digests.add(digest);
                    case Target.Domain _, Target.Pattern _, Target.Address _ -> others.put(target, target);
                }
            }
            this.rules = RuleIndex.of(others);
            this.named = others.keySet().stream().anyMatch(target -> !(target instanceof Target.Address));
        }

        boolean onlyAccounts() {
            return digests.isEmpty() && !named;
        }

        /** The hosts whose accounts may be matched by name. */
        Collection<String> hostsOf(Collection<String> hosts) {
            return everywhere ? hosts : hosts.stream().filter(domains::contains).toList();
        }

        boolean name(Jid account) {
            return accounts.contains(account)
                    || named && !rules.byAccount(account).isEmpty()
                    || !digests.isEmpty()
                            && (digests.contains(Target.Digest.of(account))
                                    || digests.contains(Target.Digest.ofDomain(account.domain())));
        }

        boolean include(@Nullable InetAddress address) {
            return address != null && !rules.byAddress(address).isEmpty();
        }
    }
}
