package im.gatehouse.modules.register;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_register]}.
 *
 * @param newAccounts whether strangers may make accounts; otherwise only owners may change theirs
 * @param accountsPerAddressPerHour how many accounts one address (of IPv6, one /64) may make in an hour; 0 for no limit
 * @param instructions words for people above the form
 */
record RegisterConfig(boolean newAccounts, int accountsPerAddressPerHour, String instructions) {
    static RegisterConfig read(Section section) {
        return new RegisterConfig(
                section.bool("new_accounts", true),
                section.integer("accounts_per_address_per_hour", 3, 0, 1_000_000),
                section.string("instructions", "Choose a name and a password."));
    }
}
