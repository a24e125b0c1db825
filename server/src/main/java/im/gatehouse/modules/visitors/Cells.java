package im.gatehouse.modules.visitors;

import java.util.regex.Pattern;

/** The names under which visitors are added up, as the reference writes them. */
final class Cells {
    static final String GEO = "geo-";
    static final String CLIENT = "client-";

    /** What a code may look like; anything else in a file of places would make a name of several meanings. */
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9]{1,16}");

    private Cells() {}

    /** For instance {@code geo-DE-HE-2925533}; parts that are not known are {@code ?}. */
    static String geo(Place place) {
        return GEO + code(place.country()) + '-' + code(place.subdivision()) + '-' + code(place.city());
    }

    /** For instance {@code client-ANDROID}. */
    static String client(String type) {
        return CLIENT + type;
    }

    /** The place that a name stands for. */
    static Place place(String cell) {
        String[] parts = cell.substring(GEO.length()).split("-", 3);
        return parts.length == 3 ? new Place(parts[0], parts[1], parts[2]) : Place.UNKNOWN;
    }

    /** The type of client that a name stands for. */
    static String type(String cell) {
        return cell.substring(CLIENT.length());
    }

    private static String code(String part) {
        return CODE.matcher(part).matches() ? part : Place.UNKNOWN_PART;
    }
}
