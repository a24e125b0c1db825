package im.gatehouse.xml;

/**
 * An attribute of an element. Namespace declarations are not attributes.
 *
 * @param namespace the namespace name, empty for an attribute without a prefix
 * @param name the local name
 * @param value the value, with references already resolved
 */
public record Attribute(String namespace, String name, String value) {}
