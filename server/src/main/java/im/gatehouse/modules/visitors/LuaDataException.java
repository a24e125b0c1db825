package im.gatehouse.modules.visitors;

/** A file that is no table of data in Lua. The message says in which line and what was expected. */
final class LuaDataException extends Exception {
    private static final long serialVersionUID = 1L;

    LuaDataException(int line, String reason) {
        super("line " + line + ": " + reason);
    }
}
