package im.gatehouse.admin.operations;

import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import java.util.List;
import java.util.SequencedSet;

/** {@code domain}: shows the domains and sets the passwords of their administrators. */
public final class DomainOperations {
    private record Domain(String domain, String hostType, String status) {
        static Domain of(String name) {
            return new Domain(name, name, "ENABLED");
        }
    }

    private final SequencedSet<String> hosts;
    private final DomainPasswords passwords;

    private DomainOperations(SequencedSet<String> hosts, DomainPasswords passwords) {
        this.hosts = hosts;
        this.passwords = passwords;
    }

    /**
     * @param hosts the domains that are served, in the order in which they are listed
     */
    public static AdminOperations of(SequencedSet<String> hosts, DomainPasswords passwords) {
        DomainOperations all = new DomainOperations(hosts, passwords);
        return AdminOperations.ofResource(DomainOperations.class, "domain.graphqls")
                .global("DomainAdminQuery", "allDomains", all::allDomains)
                .forDomainOf("domain", "DomainAdminQuery", "domainDetails", all::domainDetails)
                .forDomainOf("domain", "DomainAdminMutation", "setDomainPassword", all::setDomainPassword)
                .global("DomainAdminMutation", "deleteDomainPassword", all::deleteDomainPassword);
    }

    private List<Domain> allDomains(AdminCall call) {
        return hosts.stream().map(Domain::of).toList();
    }

    private Domain domainDetails(AdminCall call) {
        return Domain.of(served(call));
    }

    private String setDomainPassword(AdminCall call) {
        passwords.set(served(call), call.string("password"));
        return "Domain password set successfully";
    }

    private String deleteDomainPassword(AdminCall call) {
        String domain = served(call);
        if (!passwords.delete(domain)) {
            throw new AdminException("not_found", "Domain password does not exist").with("domain", domain);
        }
        return "Domain password deleted successfully";
    }

    private String served(AdminCall call) {
        String domain = call.string("domain");
        if (!hosts.contains(domain)) {
            throw Refusals.noSuchDomain(domain);
        }
        return domain;
    }
}
