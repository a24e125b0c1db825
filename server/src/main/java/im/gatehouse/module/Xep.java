package im.gatehouse.module;

/**
 * An extension that a module implements. The page of supported XEPs is made from these.
 *
 * @param number the number, for instance 45 for XEP-0045
 * @param version the version of the text that was followed
 * @param note what is left out on purpose, empty when nothing is
 */
public record Xep(int number, String version, String note) {
    public Xep(int number, String version) {
        this(number, version, "");
    }
}
