package im.gatehouse.modules.blocklist.target;

import java.util.Arrays;

/** Numbers from 0, each once, in the order in which they came. For one thread. */
final class PlaceSet {
    /** Up to so many, looking at them all is quicker than hashing. */
    private static final int FEW = 8;

    private static final int[] NO_TABLE = {};

    private int[] numbers = new int[FEW];
    private int size;

    /** Open addressing: 0 where there is nothing, else where in {@link #numbers} it is, from 1. Empty while few. */
    private int[] table = NO_TABLE;

    void add(int number) {
        if (contains(number)) {
            return;
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            rehash();
        }
        numbers[size++] = number;
        if (table.length > 0) {
            table[slot(number)] = size;
        }
    }

    int get(int index) {
        return numbers[index];
    }

    int size() {
        return size;
    }

    private boolean contains(int number) {
        if (table.length > 0) {
            return table[slot(number)] != 0;
        }
        for (int i = 0; i < size; i++) {
            if (numbers[i] == number) {
                return true;
            }
        }
        return false;
    }

    private void rehash() {
        table = new int[numbers.length * 2];
        for (int i = 0; i < size; i++) {
            table[slot(numbers[i])] = i + 1;
        }
    }

    /** Where a number is in the table, or the empty slot for it. At most half of the slots are taken. */
    private int slot(int number) {
        int slot = number * 0x9E3779B9 >>> Integer.numberOfLeadingZeros(table.length - 1);
        while (table[slot] != 0 && numbers[table[slot] - 1] != number) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }
}
