package im.gatehouse.stream.sasl;

import im.gatehouse.account.ScramVerifier;

/**
 * What a SCRAM sign-in is checked against.
 *
 * @param verifier the account's verifier or, for a user who cannot sign in, an invented one that stays the same and
 *     cannot be told from a true one
 * @param real whether it is the account's own; with an invented one the sign-in fails at its end, whatever the client
 *     proves
 */
public record VerifierAnswer(ScramVerifier verifier, boolean real) {}
