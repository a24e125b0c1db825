package im.gatehouse.xml;

/** What stands inside an element: another element, or text. */
public sealed interface Node permits Element, Text {}
