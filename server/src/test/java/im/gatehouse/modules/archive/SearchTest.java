package im.gatehouse.modules.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.archive.Recent.Note;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchTest {
    private static final long OWNER = 1;
    private static final long HANDLE = 7;

    private final Recent recent = new Recent(10);

    private static Note note(long owner, long id, String peer, long handle) {
        return new Note(owner, id, peer, "", handle);
    }

    @Test
    void findsTheNewestFirstAndOnlyWhatIsMeant() {
        recent.add(List.of(
                note(OWNER, 11, "bob", HANDLE),
                note(2, 12, "bob", HANDLE),
                note(OWNER, 13, "carol", HANDLE),
                note(OWNER, 14, "bob", 8),
                note(OWNER, 15, "bob", HANDLE)));
        Search search = new Search(OWNER, "bob", HANDLE, 100);
        assertEquals(10, recent.look(search));
        assertEquals(List.of(15L, 11L), search.found());
        assertEquals(97, search.left());
        assertFalse(search.isOver());
    }

    @Test
    void looksNoDeeperThanItShould() {
        recent.add(List.of(note(OWNER, 11, "bob", HANDLE), note(OWNER, 12, "bob", 8), note(OWNER, 13, "bob", 8)));
        Search search = new Search(OWNER, "bob", HANDLE, 2);
        recent.look(search);
        assertEquals(List.of(), search.found());
        assertTrue(search.isOver());
    }

    @Test
    void takesOnlySomeOfManyThatAreAlike() {
        List<Note> notes = new ArrayList<>();
        for (int id = 11; id < 100; id++) {
            notes.add(note(OWNER, id, "bob", HANDLE));
        }
        recent.add(notes);
        Search search = new Search(OWNER, "bob", HANDLE, 500);
        recent.look(search);
        assertEquals(List.of(99L, 98L, 97L, 96L, 95L, 94L, 93L, 92L), search.found());
        assertTrue(search.isOver());
    }
}
