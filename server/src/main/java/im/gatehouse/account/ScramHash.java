package im.gatehouse.account;

/** The hash functions with which passwords are kept (RFC 5802, RFC 7677). */
public enum ScramHash {
    SHA_1,
    SHA_256
}
