package im.gatehouse.modules.muclimits;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.time.Time;
import java.math.BigDecimal;
import java.util.List;

/**
 * How fast a room may talk, as its owners choose within the operator's bounds: two fields of their form. A value that
 * is the operator's stays the operator's, so that a form sent back unchanged pins nothing; an empty one gives up what
 * the room had of its own.
 */
final class OwnLimits extends RoomSetting<RoomLimit> {
    static final String RATE = "muc#roomconfig_limits_event_rate";
    static final String FACTOR = "muc#roomconfig_limits_burst_factor";

    private static final int LONGEST_NUMBER = 24;

    private final Time time;
    private volatile MucLimitsConfig config;

    OwnLimits(Time time, MucLimitsConfig config) {
        super("limits", RoomLimit.NONE);
        this.time = time;
        this.config = config;
    }

    void reload(MucLimitsConfig fresh) {
        config = fresh;
    }

    @Override
    public RoomLimit configured(Section section) {
        return initial();
    }

    @Override
    public List<Field> fields(RoomLimit value) {
        MucLimitsConfig now = config;
        Bounds bounds = now.bounds();
        return List.of(
                Field.of(
                        RATE,
                        FieldType.TEXT_SINGLE,
                        "Events a second from people without affiliation" + range(bounds.leastRate(), bounds.mostRate()),
                        MucLimitsConfig.plain(value.rateOr(now.eventRate()))),
                Field.of(
                        FACTOR,
                        FieldType.TEXT_SINGLE,
                        "How many seconds' events may come at once" + range(bounds.leastFactor(), bounds.mostFactor()),
                        MucLimitsConfig.plain(value.factorOr(now.burstFactor()))));
    }

    private static String range(BigDecimal least, BigDecimal most) {
        return ", from " + MucLimitsConfig.plain(least) + " to " + MucLimitsConfig.plain(most);
    }

    @Override
    public RoomLimit submitted(DataForm form, RoomLimit present) {
        MucLimitsConfig now = config;
        Bounds bounds = now.bounds();
        BigDecimal rate =
                chosen(form, RATE, present.rate(), now.eventRate(), bounds.leastRate(), bounds.mostRate());
        BigDecimal factor =
                chosen(form, FACTOR, present.factor(), now.burstFactor(), bounds.leastFactor(), bounds.mostFactor());
        RoomLimit limit = new RoomLimit(rate, factor, false, time.nanos());
        if (limit.sameAs(present)) {
            return present;
        }
        if (limit.rateOr(now.eventRate()).multiply(limit.factorOr(now.burstFactor())).compareTo(now.baseCost()) < 0) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE,
                    "Under these limits nobody could ever speak: " + RATE + " × " + FACTOR + " must be at least "
                            + MucLimitsConfig.plain(now.baseCost()));
        }
        return limit.isNone() ? RoomLimit.NONE : limit;
    }

    /** 0 for the operator's. */
    private static BigDecimal chosen(
            DataForm form, String var, BigDecimal present, BigDecimal common, BigDecimal least, BigDecimal most) {
        String text = single(form, var);
        if (text == null) {
            return present;
        }
        if (text.isBlank()) {
            return BigDecimal.ZERO;
        }
        BigDecimal number = number(text.strip(), var);
        BigDecimal shown = present.signum() == 0 ? common : present;
        if (number.compareTo(shown) == 0) {
            return present;
        }
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The field " + var + " takes a number" + range(least, most));
        }
        return number;
    }

    private static BigDecimal number(String text, String var) {
        if (text.length() <= LONGEST_NUMBER && text.matches("[0-9]+(\\.[0-9]{1," + MucLimitsConfig.DECIMALS + "})?")) {
            return new BigDecimal(text);
        }
        throw new StanzaException(
                Condition.BAD_REQUEST,
                "The field " + var + " is a number such as 0.5, with " + MucLimitsConfig.DECIMALS + " decimals at most");
    }

    /** The rate, the factor and who set them, with a space between. */
    @Override
    public String stored(RoomLimit value) {
        return MucLimitsConfig.plain(value.rate()) + ' ' + MucLimitsConfig.plain(value.factor())
                + (value.byOperator() ? " operator" : " owner");
    }

    @Override
    public RoomLimit restored(String text) {
        String[] parts = text.split(" ");
        try {
            return parts.length == 3
                    ? of(new BigDecimal(parts[0]), new BigDecimal(parts[1]), parts[2].equals("operator"))
                    : initial();
        } catch (NumberFormatException _) {
            return initial();
        }
    }

    /** What holds from now on; the initial value for numbers that no bucket takes. */
    RoomLimit of(BigDecimal rate, BigDecimal factor, boolean byOperator) {
        boolean possible = takes(rate, MucLimitsConfig.MOST_RATE, 0)
                && takes(factor, MucLimitsConfig.MOST_FACTOR, factor.signum());
        return possible ? new RoomLimit(rate, factor, byOperator, time.nanos()) : initial();
    }

    private static boolean takes(BigDecimal number, double most, int least) {
        return number.compareTo(BigDecimal.valueOf(least)) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0
                && number.stripTrailingZeros().scale() <= MucLimitsConfig.DECIMALS;
    }
}
