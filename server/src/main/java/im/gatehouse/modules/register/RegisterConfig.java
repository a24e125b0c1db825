package im.gatehouse.modules.register;

import im.gatehouse.config.Section;

/**
 * {@code [modules.mod_register]}.
 *
 * @param newAccounts who may make an account; owners may change and remove theirs in any case
 * @param accountsPerAddressPerHour how many accounts one address (of IPv6, one /64) may make in an hour, ten times as
 *     many by invitation; 0 for no limit
 * @param instructions words for people above the form
 */
record RegisterConfig(NewAccounts newAccounts, int accountsPerAddressPerHour, String instructions) {
    /** Who may make an account. */
    enum NewAccounts {
        EVERYBODY,
        /** Who has an invitation. */
        INVITED,
        NOBODY
    }

    static RegisterConfig read(Section section) {
        return new RegisterConfig(
                section.oneOf("new_accounts", NewAccounts.EVERYBODY),
                section.integer("accounts_per_address_per_hour", 3, 0, 1_000_000),
                section.string("instructions", "Choose a name and a password."));
    }
}
