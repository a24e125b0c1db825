package im.gatehouse.stream.sasl;

/**
 * The last message of a SCRAM client (RFC 5802 §7, {@code client-final-message}).
 *
 * @param binding the GS2 header and the channel binding data, as the client sees them
 * @param nonce both parts of the nonce
 * @param proof what only the owner of the password can make
 * @param withoutProof the message up to the proof, as it was sent
 */
record ClientFinal(byte[] binding, String nonce, byte[] proof, String withoutProof) {
    static ClientFinal parse(String message) throws Refusal {
        int beforeProof = message.lastIndexOf(",p=");
        if (beforeProof < 0) {
            throw Refusal.malformed("The message has no proof");
        }
        String withoutProof = message.substring(0, beforeProof);
        ScramAttributes attributes = ScramAttributes.of(withoutProof);
        byte[] binding = base64(attributes.next('c'));
        String nonce = ScramAttributes.printable(attributes.next('r'));
        attributes.skipExtensions();
        return new ClientFinal(binding, nonce, base64(message.substring(beforeProof + 3)), withoutProof);
    }

    private static byte[] base64(String text) throws Refusal {
        byte[] bytes = SaslBase64.decode(text).orElseThrow(() -> Refusal.malformed("A value is not base64"));
        if (bytes.length == 0) {
            throw Refusal.malformed("A value is empty");
        }
        return bytes;
    }

    /** Tells nothing that must stay secret. */
    @Override
    public String toString() {
        return "ClientFinal[]";
    }
}
