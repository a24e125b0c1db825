/** The relational database: SQLite, PostgreSQL, MariaDB and MySQL behind one door. */
@NullMarked
package im.gatehouse.storage;

import org.jspecify.annotations.NullMarked;
