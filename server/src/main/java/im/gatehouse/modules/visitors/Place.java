package im.gatehouse.modules.visitors;

/**
 * Where an address is, as finely as is known. A part that is not known is {@code ?}.
 *
 * @param country the country's ISO 3166-1 code
 * @param subdivision the ISO 3166-2 code of its first subdivision, without the country
 * @param city the city's GeoNames number
 */
public record Place(String country, String subdivision, String city) {
    /** How a part is written that is not known. */
    public static final String UNKNOWN_PART = "?";

    /** Nowhere in particular. */
    public static final Place UNKNOWN = new Place(UNKNOWN_PART, UNKNOWN_PART, UNKNOWN_PART);
}
