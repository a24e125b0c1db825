package im.gatehouse.modules.blocklist.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds all patterns that an account's address fits, reading the address once. Immutable.
 *
 * <p>The patterns' texts are a trie, in which beginnings that are alike are one. It is read like a finite automaton
 * with several states alive at once: how far in which texts the address can have come. There is no going back, so
 * the work is bounded by the length of the address times the places that are reachable with it, whatever
 * the patterns are.
 *
 * @param <R> what is known of a pattern
 */
final class PatternTrie<R> {
    /** Ends a run; two more characters are the number of the node. It does not occur in addresses. */
    private static final char NODE = '\0';

    private static final int NONE = -1;

    /**
     * Runs of characters that have no branch between them, each up to its node. A place in here is a state: that all
     * before it was read. The place of a {@code *} is the state in which it takes more characters.
     */
    private final char[] text;

    /** Where the run begins that leads to a node; it begins with the character that tells it from its siblings. */
    private final int[] starts;

    /** The children of node n are those from here to before {@code children[n + 1]}, ordered by first character. */
    private final int[] children;

    /** Which of the rules the text up to a node is for, or {@link #NONE}. */
    private final int[] ruleAt;

    private final List<R> rules;

    /**
     * @param patterns the texts, all different, in ascending order
     * @param rules what is known of each
     */
    PatternTrie(List<String> patterns, List<R> rules) {
        Layout layout = new Layout(patterns);
        this.text = layout.text.toString().toCharArray();
        this.starts = layout.starts.stream().mapToInt(i -> i).toArray();
        this.children = layout.children.stream().mapToInt(i -> i).toArray();
        this.ruleAt = layout.ruleAt.stream().mapToInt(i -> i).toArray();
        this.rules = List.copyOf(rules);
    }

    /** What is known of the patterns that {@code local@domain} fits, in the order of the patterns' texts. */
    List<R> find(String local, String domain) {
        if (rules.isEmpty()) {
            return List.of();
        }
        int[] found = walk(local, domain).found();
        return switch (found.length) {
            case 0 -> List.of();
            case 1 -> List.of(rules.get(found[0]));
            default -> Arrays.stream(found).sorted().mapToObj(rules::get).toList();
        };
    }

    /** How many states are looked at to find what {@code local@domain} fits. */
    int steps(String local, String domain) {
        return walk(local, domain).steps;
    }

    private Walk walk(String local, String domain) {
        Walk walk = new Walk();
        walk.read(local);
        walk.readAt();
        walk.read(domain);
        return walk;
    }

    private int node(int place) {
        return text[place + 1] << Character.SIZE | text[place + 2];
    }

    /** The place of a node's child that begins with a character, or {@link #NONE}. */
    private int child(int node, char c) {
        int low = children[node];
        int high = children[node + 1] - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int difference = text[starts[middle]] - c;
            if (difference == 0) {
                return starts[middle];
            }
            if (difference < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    /** One reading of an address: the states that are alive. */
    private final class Walk {
        /** Where the next character must be the one in the text. No place is entered twice: it has one before it. */
        private int[] places = new int[8];

        private int[] nextPlaces = new int[8];
        private int alive;
        private int nextAlive;

        /** The {@code *} that have been reached; they live as long as the part of the address does. */
        private PlaceSet wildcards = new PlaceSet();

        private int steps;

        Walk() {
            enter(0);
            turn();
        }

        void read(String part) {
            for (int i = 0; i < part.length() && alive + wildcards.size() > 0; i++) {
                char c = part.charAt(i);
                // In an address it is a character like others, but patterns have no way to write it.
                if (c != '*') {
                    advance(wildcards, c);
                } else {
                    steps++;
                }
                turn();
            }
        }

        /** Reads the one character that no {@code *} stands for. */
        void readAt() {
            PlaceSet before = wildcards;
            wildcards = new PlaceSet();
            advance(before, '@');
            turn();
        }

        private void advance(PlaceSet reached, char c) {
            // Not those that are reached now: they begin after this character.
            int known = reached.size();
            for (int i = 0; i < alive; i++) {
                advance(places[i], c);
            }
            for (int i = 0; i < known; i++) {
                advance(reached.get(i) + 1, c);
            }
        }

        private void advance(int place, char c) {
            steps++;
            if (text[place] == NODE) {
                int child = child(node(place), c);
                if (child != NONE) {
                    enter(child + 1);
                }
            } else if (text[place] == c) {
                enter(place + 1);
            }
        }

        private void enter(int place) {
            if (text[place] == '*') {
                wildcards.add(place);
                return;
            }
            if (nextAlive == nextPlaces.length) {
                nextPlaces = Arrays.copyOf(nextPlaces, nextAlive * 2);
            }
            nextPlaces[nextAlive++] = place;
            int wildcard = text[place] == NODE ? child(node(place), '*') : NONE;
            if (wildcard != NONE) {
                wildcards.add(wildcard);
            }
        }

        private void turn() {
            int[] old = places;
            places = nextPlaces;
            alive = nextAlive;
            nextPlaces = old;
            nextAlive = 0;
        }

        /** The rules of the texts that end where the address did. */
        int[] found() {
            int[] found = new int[alive + wildcards.size()];
            int count = 0;
            for (int i = 0; i < found.length; i++) {
                int place = i < alive ? places[i] : wildcards.get(i - alive) + 1;
                if (text[place] == NODE && ruleAt[node(place)] != NONE) {
                    found[count++] = ruleAt[node(place)];
                }
            }
            return Arrays.copyOf(found, count);
        }
    }

    /** Lays out the trie of texts that are in order, breadth first, so that siblings stand together. */
    private static final class Layout {
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> starts = new ArrayList<>();
        private final List<Integer> children = new ArrayList<>();
        private final List<Integer> ruleAt = new ArrayList<>();
        private final List<String> patterns;
        private final List<Group> groups = new ArrayList<>();

        Layout(List<String> patterns) {
            this.patterns = patterns;
            groups.add(new Group(0, patterns.size(), 0));
            for (int node = 0; node < groups.size(); node++) {
                lay(node, groups.get(node));
            }
            children.add(groups.size());
        }

        /** The texts from one to before another; they are alike up to a depth, and their node's run begins there. */
        private record Group(int from, int to, int depth) {}

        private void lay(int node, Group group) {
            int end = group.from == group.to ? 0 : common(group);
            starts.add(text.length());
            text.append(end == 0 ? "" : patterns.get(group.from).substring(group.depth, end));
            text.append(NODE).append((char) (node >>> Character.SIZE)).append((char) node);
            children.add(groups.size());
            boolean complete = group.from < group.to && patterns.get(group.from).length() == end;
            ruleAt.add(complete ? group.from : NONE);
            split(complete ? group.from + 1 : group.from, group.to, end);
        }

        private void split(int from, int to, int depth) {
            int start = from;
            for (int i = from; i < to; i++) {
                if (i + 1 == to || patterns.get(i + 1).charAt(depth) != patterns.get(start).charAt(depth)) {
                    groups.add(new Group(start, i + 1, depth));
                    start = i + 1;
                }
            }
        }

        /** How far the texts are alike: as far as the first and the last are. */
        private int common(Group group) {
            String first = patterns.get(group.from);
            String last = patterns.get(group.to - 1);
            int end = group.depth;
            while (end < first.length() && end < last.length() && first.charAt(end) == last.charAt(end)) {
                end++;
            }
            return end;
        }
    }
}
