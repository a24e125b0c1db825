package im.gatehouse.modules.visitors;

/** How an operator writes client patterns. */
public enum PatternSyntax {
    /** Lua's patterns, as the reference's configuration has them. */
    LUA,
    /** Regular expressions whose time grows with the text's length alone (RE2). */
    REGEX
}
