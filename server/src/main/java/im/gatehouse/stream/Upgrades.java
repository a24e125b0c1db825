package im.gatehouse.stream;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramHash;
import im.gatehouse.account.Upgrade;
import im.gatehouse.session.Admission;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslBase64;
import im.gatehouse.stream.sasl.SaslResult;
import im.gatehouse.xml.Element;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has clients make, at a sign-in by password, what their account still lacks for a newer mechanism (XEP-0480). Only
 * they can: the server has no password to make it from.
 */
public final class Upgrades {
    private static final String NAMESPACE = "urn:xmpp:sasl:upgrade:0";
    private static final String SCRAM = "urn:xmpp:scram-upgrade:0";
    private static final String TASK = "UPGR-" + MechanismName.SCRAM_SHA_512.registered();

    /** A sign-in that is right, but for the task before its success. Confined to the stream's lane. */
    static final class Pending {
        private final Admission admission;
        private final Upgrade upgrade;
        private boolean begun;

        Pending(Admission admission, Upgrade upgrade) {
            this.admission = admission;
            this.upgrade = upgrade;
        }

        Admission admission() {
            return admission;
        }

        /** Whether an element is what has to come next. */
        boolean takes(Element element) {
            return element.is(begun ? "task-data" : "next", Sasl2Feature.NAMESPACE);
        }
    }

    /** What came of a client's next element. */
    sealed interface Step {
        record Ask(Element element) implements Step {}

        record Done() implements Step {}

        record Malformed() implements Step {}
    }

    private final Accounts accounts;
    private final BooleanSupplier enabled;

    /**
     * @param enabled whether clients are asked; may change
     */
    public Upgrades(Accounts accounts, BooleanSupplier enabled) {
        this.accounts = accounts;
        this.enabled = enabled;
    }

    /**
     * What {@code <authentication/>} announces: the same for everybody, whoever they say they are; null for nothing.
     */
    @Nullable Element offer() {
        return enabled.getAsBoolean() ? Element.of("upgrade", NAMESPACE, TASK) : null;
    }

    /**
     * What a client has to do before its success; empty when it did not ask for anything, or the account lacks nothing.
     * Only who has shown the password may: what the client makes can be checked against nothing. May block.
     *
     * @param mechanism by which the client has signed in
     */
    Optional<Pending> pending(Sasl2Request request, String mechanism, Admission admission) {
        boolean byPassword = MechanismName.of(mechanism)
                .filter(name -> name == MechanismName.PLAIN || name.hash().isPresent())
                .isPresent();
        boolean asked = request.authenticate().children("upgrade", NAMESPACE).stream()
                .anyMatch(upgrade -> upgrade.text().strip().equals(TASK));
        return enabled.getAsBoolean() && byPassword && asked
                ? accounts.upgrade(admission.account()).map(upgrade -> new Pending(admission, upgrade))
                : Optional.empty();
    }

    /** What the client is told instead of success. */
    Element toContinue(SaslResult.Success success) {
        Element.Builder element = Element.builder("continue", Sasl2Feature.NAMESPACE);
        byte[] data = success.additionalData();
        if (data.length > 0) {
            element.child("additional-data", SaslBase64.text(data));
        }
        return element.child(Element.builder("tasks", Sasl2Feature.NAMESPACE)
                        .child("task", TASK)
                        .build())
                .build();
    }

    /** Takes what {@link Pending#takes}. May block. */
    Step step(Element element, Pending pending) {
        if (!pending.begun) {
            if (!TASK.equals(element.attribute("task"))) {
                return new Step.Malformed();
            }
            pending.begun = true;
            Element salt = Element.builder("salt", SCRAM)
                    .attribute("iterations", Integer.toString(pending.upgrade.iterations()))
                    .text(SaslBase64.text(pending.upgrade.salt()))
                    .build();
            return new Step.Ask(Element.builder("task-data", Sasl2Feature.NAMESPACE).child(salt).build());
        }
        Element hash = element.child("hash", SCRAM);
        Optional<byte[]> salted = hash == null ? Optional.empty() : SaslBase64.message(hash.text().strip());
        if (salted.isEmpty() || salted.get().length != ScramHash.SHA_512.size()) {
            return new Step.Malformed();
        }
        accounts.upgrade(pending.upgrade, salted.get());
        return new Step.Done();
    }

}
