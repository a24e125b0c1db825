package im.gatehouse.modules.muc;

import java.util.ArrayList;
import java.util.List;

/**
 * What everybody else is told of a change, once those whom it concerns know and the one who asked has the answer: the
 * order of XEP-0045 section 8.2. Who has gone is told first, to all who saw them: also to those who by the same change
 * will not see as much any more. In the room's lane.
 */
final class Aftermath {
    private final List<Runnable> partings = new ArrayList<>();
    private final List<Runnable> tellings = new ArrayList<>();

    /** Adds that somebody has gone. */
    void addParting(Runnable telling) {
        partings.add(telling);
    }

    void add(Runnable telling) {
        tellings.add(telling);
    }

    /** Tells what was added, the partings first, else in order. */
    void tell() {
        partings.forEach(Runnable::run);
        tellings.forEach(Runnable::run);
    }
}
