/** What the owners of a node decide, one thing in each class (XEP-0060 section 16.4.4). */
@NullMarked
package im.gatehouse.modules.pubsub.setting;

import org.jspecify.annotations.NullMarked;
