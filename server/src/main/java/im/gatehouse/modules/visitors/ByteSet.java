package im.gatehouse.modules.visitors;

import java.util.Arrays;

/** A set of bytes, as a table that is looked up at each step of a match. It does not change once it is in use. */
final class ByteSet {
    private final boolean[] members = new boolean[256];

    static ByteSet of(byte single) {
        ByteSet set = new ByteSet();
        set.add(single & 0xff);
        return set;
    }

    static ByteSet all() {
        return new ByteSet().complement();
    }

    /**
     * The class of a letter after {@code %}, in the C locale; a capital letter's is the complement. What is no class's
     * letter stands for itself.
     */
    static ByteSet ofClass(byte letter) {
        boolean capital = letter >= 'A' && letter <= 'Z';
        int small = capital ? letter + ('a' - 'A') : letter;
        ByteSet set = new ByteSet();
        switch (small) {
            case 'a' -> set.addLetters();
            case 'c' -> set.addRange(0, 31).add(127);
            case 'd' -> set.addRange('0', '9');
            case 'g' -> set.addRange(33, 126);
            case 'l' -> set.addRange('a', 'z');
            case 'p' -> set.addRange(33, 47).addRange(58, 64).addRange(91, 96).addRange(123, 126);
            case 's' -> set.addRange(9, 13).add(' ');
            case 'u' -> set.addRange('A', 'Z');
            case 'w' -> set.addLetters().addRange('0', '9');
            case 'x' -> set.addRange('0', '9').addRange('a', 'f').addRange('A', 'F');
            case 'z' -> set.add(0); // older than %0 in patterns; Lua 5.4 still has it, though its manual does not
            default -> {
                return of(letter);
            }
        }
        return capital ? set.complement() : set;
    }

    boolean contains(byte value) {
        return members[value & 0xff];
    }

    ByteSet add(int value) {
        members[value] = true;
        return this;
    }

    /** Adds all from one to another, both included; none when they are the wrong way round. */
    ByteSet addRange(int from, int to) {
        for (int value = from; value <= to; value++) {
            members[value] = true;
        }
        return this;
    }

    ByteSet addAll(ByteSet other) {
        for (int value = 0; value < 256; value++) {
            members[value] |= other.members[value];
        }
        return this;
    }

    ByteSet complement() {
        ByteSet set = new ByteSet();
        for (int value = 0; value < 256; value++) {
            set.members[value] = !members[value];
        }
        return set;
    }

    /** Whether only one byte is in it. */
    boolean isSingle() {
        return size() == 1;
    }

    boolean sameAs(ByteSet other) {
        return Arrays.equals(members, other.members);
    }

    private int size() {
        int size = 0;
        for (boolean member : members) {
            size += member ? 1 : 0;
        }
        return size;
    }

    private ByteSet addLetters() {
        return addRange('a', 'z').addRange('A', 'Z');
    }
}
