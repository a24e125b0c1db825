package im.gatehouse.app;

/** The HTTP listener. */
final class HttpSide implements AutoCloseable {
    String url() {
        return "";
    }

    static HttpSide open(Object... parts) {
        return new HttpSide();
    }

    @Override
    public void close() {}
}
