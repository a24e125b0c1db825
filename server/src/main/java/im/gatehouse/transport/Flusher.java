package im.gatehouse.transport;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes the connections of one event loop that have something to write, once for each turn of the loop: what many
 * senders say to one receiver in a turn becomes one system call. Touched by its loop alone.
 */
final class Flusher implements Runnable {
    private final EventExecutor loop;
    private List<StreamChannel> dirty = new ArrayList<>();
    private List<StreamChannel> spare = new ArrayList<>();

    Flusher(EventExecutor loop) {
        this.loop = loop;
    }

    void add(StreamChannel connection) {
        if (dirty.isEmpty()) {
            loop.execute(this);
        }
        dirty.add(connection);
    }

    @Override
    public void run() {
        List<StreamChannel> turn = dirty;
        dirty = spare;
        for (int i = 0; i < turn.size(); i++) {
            turn.get(i).flush();
        }
        turn.clear();
        spare = turn;
    }
}
