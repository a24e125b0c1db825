package im.gatehouse.account;
public record Credentials(ScramVerifier sha1, ScramVerifier sha256) {
    public ScramVerifier verifier(ScramHash hash) { return hash == ScramHash.SHA_1 ? sha1 : sha256; }
}
