package im.gatehouse.xml;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Estimates how much memory an object of this package and all that it refers to take, as a 64-bit JVM lays it out. */
final class Footprint {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    private Footprint() {}

    /** The bytes of {@code root} and all it refers to, apart from what is {@code shared}, limits and constants. */
    static long of(Object root, Object... shared) throws IllegalAccessException {
        Footprint footprint = new Footprint();
        Collections.addAll(footprint.seen, shared);
        footprint.add(root);
        return footprint.bytes;
    }

    private void add(Object object) throws IllegalAccessException {
        if (object == null || object instanceof Enum || object instanceof XmlReader.Limits || !seen.add(object)) {
            return;
        }
        if (object instanceof String text) {
            byte[] utf8 = XmlBuffer.utf8(text);
            boolean known = text.isEmpty() || KnownNames.find(utf8, 0, utf8.length) == text;
            bytes += known ? 0 : 24 + aligned(16 + text.length());
        } else if (object.getClass().isArray()) {
            addArray(object);
        } else {
            addFields(object);
        }
    }

    private void addArray(Object array) throws IllegalAccessException {
        int length = Array.getLength(array);
        if (length == 0) {
            return; // A constant, too.
        }
        boolean ofBytes = array instanceof byte[];
        bytes += aligned(16 + (long) length * (ofBytes ? 1 : 4));
        for (int i = 0; i < length && !ofBytes; i++) {
            add(Array.get(array, i));
        }
    }

    private void addFields(Object object) throws IllegalAccessException {
        long size = 12;
        for (Field field : object.getClass().getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            Class<?> type = field.getType();
            size += type == long.class ? 8 : type == boolean.class || type == byte.class ? 1 : 4;
            if (!type.isPrimitive()) {
                field.setAccessible(true);
                add(field.get(object));
            }
        }
        bytes += aligned(size);
    }

    private static long aligned(long size) {
        return (size + 7) / 8 * 8;
    }
}
