package im.gatehouse.account;

/**
 * One account to import.
 *
 * @param line where it stands in the file, from 1
 */
public record AccountLine(long line, String domain, String user, String password) {
    /** Leaves out the password. */
    @Override
    public String toString() {
        return "AccountLine[" + line + "]";
    }
}
