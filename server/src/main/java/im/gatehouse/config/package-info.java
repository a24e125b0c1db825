/** The configuration file, read into validated records with every mistake reported at once. */
@NullMarked
package im.gatehouse.config;

import org.jspecify.annotations.NullMarked;
