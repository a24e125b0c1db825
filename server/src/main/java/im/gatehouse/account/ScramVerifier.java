package im.gatehouse.account;

/**
 * What is kept instead of a password (RFC 5802 §3): enough to check one, too little to sign in with.
 *
 * @param salt the salt of the key derivation
 * @param iterations its rounds
 * @param storedKey the hash of the key that a client proves to know
 * @param serverKey the key with which the server proves that it knows the account
 */
public record ScramVerifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    /** Tells nothing that must stay secret. */
    @Override
    public String toString() {
        return "ScramVerifier[" + iterations + " iterations]";
    }
}
