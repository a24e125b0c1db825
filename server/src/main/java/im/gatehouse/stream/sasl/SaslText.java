package im.gatehouse.stream.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads the text in a client's message, which is UTF-8 and nothing else. */
final class SaslText {
    private SaslText() {}

    static String decode(byte[] data) throws Refusal {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(data))
                    .toString();
        } catch (CharacterCodingException _) {
            throw Refusal.malformed("The message is not UTF-8");
        }
    }
}
