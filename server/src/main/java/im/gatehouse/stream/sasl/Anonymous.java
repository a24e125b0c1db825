package im.gatehouse.stream.sasl;

import java.util.function.Supplier;

/** The mechanism ANONYMOUS (RFC 4505, XEP-0175): whoever comes is somebody new, whatever they say of themselves. */
final class Anonymous implements Exchange {
    private final Supplier<String> newName;

    /**
     * @param newName makes local parts, prepared, that nobody has had or can guess
     */
    Anonymous(Supplier<String> newName) {
        this.newName = newName;
    }

    @Override
    public SaslResult step(byte[] data) throws Refusal {
        SaslText.decode(data); // nothing is done with it, but it has to be text
        return invite();
    }

    @Override
    public SaslResult invite() {
        return new SaslResult.Success(newName.get(), null, new byte[0]);
    }
}
