package im.gatehouse.modules.muc;

import java.util.ArrayList;
import java.util.List;

/**
 * What everybody else is told of a change, once those whom it concerns know and the one who asked has the answer: the
 * order of XEP-0045 section 8.2. In the room's lane.
 */
final class Aftermath {
    private final List<Runnable> tellings = new ArrayList<>();

    void add(Runnable telling) {
        tellings.add(telling);
    }

    /** Tells what was added, in order. */
    void tell() {
        tellings.forEach(Runnable::run);
    }
}
