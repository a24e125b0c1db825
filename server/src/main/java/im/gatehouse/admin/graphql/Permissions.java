package im.gatehouse.admin.graphql;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.module.AdminOperations.Access;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may call what.
 *
 * @param hostOf the host to which a domain belongs: itself, or for the domain of a component such as
 *     {@code conference.example.org} the host that has it
 */
record Permissions(UnaryOperator<String> hostOf) {
    /**
     * Why a call is refused; empty when it is allowed.
     *
     * @param operation the operation's name in the request, null when it has none
     * @param arguments coerced
     */
    Optional<String> refusal(
            Actor actor, Access access, @Nullable String operation, Map<String, Object> arguments) {
        if (!(actor instanceof Actor.DomainAdministrator(String own))) {
            return Optional.empty();
        }
        String query = "Cannot execute query " + (operation == null ? "ROOT" : operation) + " without ";
        return switch (access) {
            case Access.Global _ -> Optional.of(query + "a global admin permissions");
            case Access.DomainOf(String argument) when within(own, arguments.get(argument)) -> Optional.empty();
            case Access.DomainOf(String argument) -> Optional.of(query + elsewhere(argument));
            case Access.DomainWithin(String argument, var domain) when
                    arguments.get(argument) instanceof String text
                            && domain.apply(text).filter(named -> owns(own, named)).isPresent() ->
                Optional.empty();
            case Access.DomainWithin(String argument, _) -> Optional.of(query + elsewhere(argument));
        };
    }

    private static String elsewhere(String argument) {
        return "permissions to the given domain. Args with invalid value: " + argument;
    }

    private boolean within(String own, @Nullable Object argument) {
        return switch (argument) {
            case Jid jid -> owns(own, jid.domain());
            case String domain -> owns(own, domain);
            case List<?> list -> !list.isEmpty() && list.stream().allMatch(each -> within(own, each));
            case null, default -> false;
        };
    }

    private boolean owns(String own, String domain) {
        return domain.equals(own) || hostOf.apply(domain).equals(own);
    }
}
