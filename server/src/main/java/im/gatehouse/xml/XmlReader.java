package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what peers send: turns the bytes of a stream, in whatever pieces they come, into its header and its stanzas.
 *
 * <p>It reads the restricted XML of RFC 6120 section 11 in strict UTF-8, with the namespaces of XML 1.0. What it
 * reports never depends on how the bytes are cut. Limits hold while bytes arrive, and the work is linear in their
 * number. Between stanzas it keeps a few hundred bytes.
 *
 * <p>Not for use by several threads at once.
 */
public final class XmlReader {
    /**
     * How much a peer may send.
     *
     * @param maxStanzaBytes bytes of a stanza, of a stream's header, or of a framed document
     * @param maxDepth how deep elements may be nested, where a stanza itself or the root of a framed document counts 1
     * @param maxAttributes attributes and namespace declarations of one element, and prefixes in scope at any place
     * @param maxElements elements of a stanza, itself among them; 0 for as many as fit
     */
    public record Limits(int maxStanzaBytes, int maxDepth, int maxAttributes, int maxElements) {
        /** What a peer may send that has not signed in: 8 KiB and 32 elements at a time. */
        public static final Limits BEFORE_SIGN_IN = new Limits(8 * 1024, 8, 128, 32);

        /** What a peer may send that has signed in: 256 KiB at a time. */
        public static final Limits AFTER_SIGN_IN = new Limits(256 * 1024, 64, 128, 0);

        public Limits {
            if (maxStanzaBytes < 1 || maxDepth < 1 || maxAttributes < 1 || maxElements < 0) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }
    }

    /** Is told what a stream contains, on the thread that feeds the reader. */
    public interface Handler {
        /**
         * A stream has begun.
         *
         * @param header the root element, without content
         * @param defaultNamespace the default namespace of what stands in the stream, empty for none
         */
        void streamOpened(Element header, String defaultNamespace);

        /** A complete element has arrived that stands directly inside the root. */
        void element(Element child);

        /** The root's end tag has arrived. Only whitespace may follow, unless the reader is reset. */
        void streamClosed();
    }

    /** Where in a document something stands. */
    enum Place {
        START,
        PROLOG,
        BETWEEN_STANZAS,
        INSIDE,
        EPILOG
    }

    private final @Nullable Handler handler;
    private Limits limits;
    private Place place = Place.START;

    /** What the header has declared, while a stream is open. */
    private TreeBuilder.@Nullable Scope scope;

    /** Reads what is not whitespace; there is none at rest. */
    private @Nullable ItemReader items;

    /** The only element of a framed document, which has no handler. */
    private @Nullable Element document;

    private boolean inItem;
    private boolean feeding;
    private boolean discarding;
    private boolean broken;
    private @Nullable XmlException failure;

    /** A reader at the start of a stream. */
    public XmlReader(Limits limits, Handler handler) {
        this.limits = limits;
        this.handler = handler;
    }

    private XmlReader(Limits limits) {
        this.limits = limits;
        this.handler = null;
    }

    /**
     * Reads bytes that are exactly one document, as they stand in a WebSocket frame (RFC 7395) or a BOSH body.
     *
     * @return the root element with all its content
     * @throws XmlException when they are not, or are more than the limits allow
     */
    public static Element parse(byte[] bytes, Limits limits) throws XmlException {
        return parse(bytes, 0, bytes.length, limits);
    }

    /** Reads some bytes of an array; see {@link #parse(byte[], Limits)}. */
    public static Element parse(byte[] bytes, int offset, int length, Limits limits) throws XmlException {
        XmlReader reader = new XmlReader(limits);
        reader.feed(bytes, offset, length);
        if (reader.document == null || reader.inItem) {
            throw new XmlException(Condition.NOT_WELL_FORMED, "the document is not complete");
        }
        return reader.document;
    }

    /**
     * Reads the next bytes, and calls the handler for all that is complete with them.
     *
     * @throws XmlException when the stream must end with a stream error; every later call throws the same
     * @throws IllegalStateException when called by the handler
     */
    public void feed(byte[] bytes, int offset, int length) throws XmlException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (feeding) {
            throw new IllegalStateException("the handler must not feed its reader");
        }
        if (broken) {
            throw failure == null ? new XmlException(Condition.BAD_FORMAT, "the handler failed") : failure;
        }
        feeding = true;
        discarding = false;
        // Stands unless all goes well: a handler that threw has missed something, and nothing may follow that.
        broken = true;
        try {
            read(bytes, offset, offset + length);
            broken = false;
        } catch (XmlException e) {
            failure = e;
            throw e;
        } finally {
            feeding = false;
            if (broken) {
                reset();
            } else if (!inItem) {
                items = null;
            }
        }
    }

    /** Reads some more; see {@link #feed(byte[], int, int)}. */
    public void feed(byte[] bytes) throws XmlException {
        feed(bytes, 0, bytes.length);
    }

    /** What the peer may send from now on. */
    public void limits(Limits limits) {
        this.limits = limits;
    }

    /**
     * Forgets the stream, so that a new one may begin, as after authentication. When the handler calls it, the new
     * stream begins with the byte after what the handler was told of.
     */
    public void reset() {
        place = Place.START;
        scope = null;
        items = null;
        inItem = false;
    }

    /**
     * To be called by the handler: nothing more is read of the bytes that were fed. What a peer has sent together with
     * the request for TLS must not be taken for something that came over TLS.
     */
    public void discardRest() {
        discarding = true;
    }

    private void read(byte[] b, int from, int end) throws XmlException {
        int at = from;
        while (at < end && !discarding) {
            if (!inItem) {
                at = skipSpace(b, at, end);
                if (at == end) {
                    return;
                }
                beginItem();
            }
            ItemReader reading = Objects.requireNonNull(items);
            at = reading.read(b, at, end, limits);
            if (reading.item() != ItemReader.Item.NONE) {
                inItem = false;
                report(reading);
            }
        }
    }

    private int skipSpace(byte[] b, int from, int end) {
        int at = from;
        while (at < end && XmlCharacters.isSpace(b[at])) {
            at++;
        }
        if (at > from && place == Place.START && handler == null) {
            // A stream's declaration may have whitespace before it: the keep-alive of the stream that it restarts.
            place = Place.PROLOG;
        }
        return at;
    }

    private void beginItem() {
        if (items == null) {
            items = new ItemReader(handler != null, scope, limits);
        }
        items.begin(place);
        inItem = true;
    }

    private void report(ItemReader read) {
        switch (read.item()) {
            case NONE -> {}
            case DECLARATION -> place = Place.PROLOG;
            case HEADER -> streamOpened(read);
            case EMPTY_STREAM -> {
                streamOpened(read);
                // The handler may have reset the reader; then it is not the new stream that ends here.
                if (place == Place.BETWEEN_STANZAS) {
                    streamClosed();
                }
            }
            case ELEMENT -> elementRead(read.element());
            case END -> streamClosed();
        }
    }

    private void streamOpened(ItemReader read) {
        place = Place.BETWEEN_STANZAS;
        scope = read.scope();
        if (handler != null) {
            handler.streamOpened(read.element(), read.defaultNamespace());
        }
    }

    private void elementRead(Element element) {
        if (handler != null) {
            handler.element(element);
        } else {
            document = element;
            place = Place.EPILOG;
        }
    }

    private void streamClosed() {
        place = Place.EPILOG;
        scope = null;
        if (handler != null) {
            handler.streamClosed();
        }
    }
}
