package im.gatehouse.modules.visitors;

/** A step of a compiled Lua pattern. */
sealed interface LuaItem {
    /** How often a single character may stand. */
    enum Times {
        ONCE,
        ONCE_OR_NOT,
        MANY,
        AT_LEAST_ONE,
        FEW
    }

    /** A character of a set, so many times; it stands in the pattern from a byte to another, which is not included. */
    record Single(ByteSet set, Times times, int from, int to) implements LuaItem {}

    /** {@code %bxy}. */
    record Balanced(byte open, byte close) implements LuaItem {}

    /** {@code %f[set]}. */
    record Frontier(ByteSet set) implements LuaItem {}

    /** {@code %1}; captures are counted from 0 here. */
    record BackReference(int capture) implements LuaItem {}

    /** {@code (}. */
    record Open(int capture) implements LuaItem {}

    /** {@code )}. */
    record Close(int capture) implements LuaItem {}

    /** {@code ()}. */
    record Position(int capture) implements LuaItem {}

    /** {@code $} at the end. */
    record End() implements LuaItem {}
}
