package im.gatehouse.modules.visitors;

/** A Lua pattern that Lua itself would not take. The message is Lua's own. */
public final class LuaPatternException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int position;

    LuaPatternException(String message, int position) {
        super(message);
        this.position = position;
    }

    /** Where in the pattern it was noticed: a byte of its UTF-8 form, from 0; its length when something is missing. */
    public int position() {
        return position;
    }
}
