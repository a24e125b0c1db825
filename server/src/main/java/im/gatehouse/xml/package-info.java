/** The restricted XML of RFC 6120 section 11: immutable elements, a push tokenizer and a writer. */
@NullMarked
package im.gatehouse.xml;

import org.jspecify.annotations.NullMarked;
