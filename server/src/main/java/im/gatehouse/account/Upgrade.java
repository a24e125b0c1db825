package im.gatehouse.account;

import im.gatehouse.jid.Jid;

/**
 * What a client needs to know to make the verifier that its account lacks.
 *
 * @param salt the verifier's own; not to be changed
 * @param before what proves that the password is still the same when the verifier comes; not to be changed
 */
public record Upgrade(Jid account, byte[] salt, int iterations, byte[] before) {
    @Override
    public String toString() {
        return "Upgrade[iterations=" + iterations + "]";
    }
}
