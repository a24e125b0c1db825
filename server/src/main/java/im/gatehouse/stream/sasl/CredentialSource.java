package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramHash;

/**
 * Knows the accounts of one host. User names reach it prepared (RFC 7622 §3.3). Every method may block, and may throw
 * when the accounts cannot be read: the sign-in then fails with {@link SaslCondition#TEMPORARY_AUTH_FAILURE}. Of a
 * {@link im.gatehouse.storage.StorageException} the source itself warns in the log, for it comes with every sign-in.
 */
public interface CredentialSource {
    /**
     * What a SCRAM sign-in is checked against. It always answers, and takes as long for a user who does not exist, or
     * who has no verifier of this hash, as for any other.
     */
    VerifierAnswer verifier(String user, ScramHash hash);

    /** Whether a user exists. */
    boolean exists(String user);

    /**
     * Whether a user exists and has this password, in constant time and as slowly for users who do not exist.
     *
     * @param password as the client sent it, not yet prepared (RFC 8265)
     */
    boolean passwordMatches(String user, String password);
}
