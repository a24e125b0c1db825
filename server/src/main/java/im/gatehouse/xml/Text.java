package im.gatehouse.xml;

/**
 * Character data inside an element.
 *
 * @param value the characters, with references already resolved
 */
public record Text(String value) implements Node {}
