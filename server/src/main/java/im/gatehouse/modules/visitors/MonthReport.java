package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.List;

/**
 * The figures of one month, the greatest first.
 *
 * @param month for instance {@code 2018-05}
 * @param places cells that begin with {@code geo-}
 * @param clients cells that begin with {@code client-}; their sum is that of the places, the number of users
 */
record MonthReport(String domain, String month, List<Figure> places, List<Figure> clients) {
    MonthReport {
        places = List.copyOf(places);
        clients = List.copyOf(clients);
    }

    /** How many users came. */
    long users() {
        return places.stream().mapToLong(Figure::total).sum();
    }
}
