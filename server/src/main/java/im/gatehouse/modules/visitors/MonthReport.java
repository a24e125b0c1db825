package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.List;
import java.util.OptionalLong;

/**
 * The figures of one month as they are released, the greatest first.
 *
 * @param month for instance {@code 2018-05}
 * @param places cells that begin with {@code geo-}
 * @param clients cells that begin with {@code client-}; unless there is noise their sum is that of the places
 * @param form what was done to the figures
 */
record MonthReport(String domain, String month, List<Figure> places, List<Figure> clients, Form form) {
    /** What was done to figures before they were released. */
    sealed interface Form {
        /** Nothing. */
        record Exact() implements Form {}

        /** Figures of fewer users than k are part of others. */
        record AtLeast(int k) implements Form {}

        /** Noise was added. */
        record Noisy(PrivacyBudget budget) implements Form {}
    }

    MonthReport {
        places = List.copyOf(places);
        clients = List.copyOf(clients);
    }

    /**
     * How many users came, out of the figures that are released; empty when that is not told. All forms but noise have
     * the same sum of places and of clients. With noise it is the clients', of which none is left out.
     */
    OptionalLong users() {
        boolean untold = clients.isEmpty() && !(form instanceof Form.Exact);
        return untold
                ? OptionalLong.empty()
                : OptionalLong.of(clients.stream().mapToLong(Figure::total).sum());
    }

    /** For people: what is to be known of the figures; empty for exact ones. */
    String remark() {
        return switch (form) {
            case Form.Exact _ -> "";
            case Form.AtLeast(int k) ->
                "each figure is of at least %d users; smaller ones are part of coarser or unknown ones".formatted(k);
            case Form.Noisy(PrivacyBudget budget) -> budget.told();
        };
    }
}
