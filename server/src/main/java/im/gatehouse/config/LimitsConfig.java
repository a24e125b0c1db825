package im.gatehouse.config;

/**
 * {@code [limits]}: how much one client may ask of the server.
 *
 * @param stanzaBytes bytes of one stanza after sign-in; never under the 10,000 of RFC 6120 §13.12
 * @param depth elements within elements
 * @param attributes attributes of one element
 * @param signInBytes all bytes of a connection before sign-in
 * @param signInElements all elements of a connection before sign-in
 * @param signInDepth elements within elements before sign-in
 * @param sessionsPerAccount sessions of one account at a time
 */
public record LimitsConfig(
        int stanzaBytes,
        int depth,
        int attributes,
        int signInBytes,
        int signInElements,
        int signInDepth,
        int sessionsPerAccount) {
    static LimitsConfig read(Section section) {
        return new LimitsConfig(
                section.integer("stanza_bytes", 262_144, 10_000, 16_777_216),
                section.integer("depth", 64, 8, 1000),
                section.integer("attributes", 128, 16, 4096),
                section.integer("sign_in_bytes", 8192, 4096, 1_048_576),
                section.integer("sign_in_elements", 32, 8, 1000),
                section.integer("sign_in_depth", 8, 4, 64),
                section.integer("sessions_per_account", 32, 1, 10_000));
    }
}
