package im.gatehouse.stream;

import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening of a stream (RFC 6120 section 4.7).
 *
 * @param from the domain that answers; null where a component asks for one that is not served here
 * @param to whom the client said it is, as a bare address, or null
 * @param id the stream's id, impossible to guess
 * @param lang the language of what the server says
 */
public record StreamHeader(@Nullable String from, @Nullable String to, String id, String lang) {}
