package im.gatehouse.admin.graphql;

import im.gatehouse.account.SignInThrottle;
import im.gatehouse.admin.AdminToken;
import im.gatehouse.http.HttpRequest;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall.Actor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BiPredicate;

/**
 * Lets administrators in: by the server's token ({@code Authorization: Bearer …}) or, for one domain, by HTTP Basic as
 * {@code admin@DOMAIN}. Whoever guesses has to wait, by address; the right token is never made to wait.
 */
public final class AdminDoor {
    /** What came of an attempt. */
    sealed interface Entry {
        record Admitted(Actor actor) implements Entry {}

        /** No credentials were shown. */
        record Nobody() implements Entry {}

        record Wrong() implements Entry {}

        record Wait(Duration time) implements Entry {}
    }

    /** Stands for the token where attempts are counted by account. */
    private static final Jid TOKEN = Jid.ofDomain("token.invalid");

    private final AdminToken token;
    private final BiPredicate<String, String> domainPassword;
    private final SignInThrottle throttle;

    /**
     * @param domainPassword whether a domain, prepared, has that password for its administrator; may block
     * @param throttle for these sign-ins alone
     */
    public AdminDoor(AdminToken token, BiPredicate<String, String> domainPassword, SignInThrottle throttle) {
        this.token = token;
        this.domainPassword = domainPassword;
        this.throttle = throttle;
    }

    Entry admit(HttpRequest request) {
        String header = request.header("Authorization");
        if (header == null) {
            return new Entry.Nobody();
        }
        int space = header.indexOf(' ');
        String scheme = space < 0 ? header : header.substring(0, space);
        String credentials = space < 0 ? "" : header.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return bearer(request, credentials);
        }
        if (scheme.equalsIgnoreCase("Basic")) {
            return basic(request, credentials);
        }
        return new Entry.Wrong();
    }

    private Entry bearer(HttpRequest request, String presented) {
        return token.matches(presented)
                ? new Entry.Admitted(new Actor.GlobalAdministrator())
                : refused(request, TOKEN, throttle.mustWait(request.client(), TOKEN));
    }

    private Entry basic(HttpRequest request, String encoded) {
        String text;
        Jid user;
        try {
            text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            user = Jid.parse(text.substring(0, Math.max(0, text.indexOf(':'))));
        } catch (InvalidJidException e) {
            return refused(request, TOKEN, throttle.mustWait(request.client(), TOKEN));
        } catch (IllegalArgumentException e) {
            return new Entry.Wrong();
        }
        Duration wait = throttle.mustWait(request.client(), user);
        String password = text.substring(text.indexOf(':') + 1);
        boolean named = user.isBare() && user.local().equals("admin");
        if (wait.isZero() && named && domainPassword.test(user.domain(), password)) {
            throttle.succeeded(request.client(), user);
            return new Entry.Admitted(new Actor.DomainAdministrator(user.domain()));
        }
        return refused(request, user, wait);
    }

    private Entry refused(HttpRequest request, Jid account, Duration wait) {
        if (!wait.isZero()) {
            return new Entry.Wait(wait);
        }
        throttle.failed(request.client(), account);
        return new Entry.Wrong();
    }
}
