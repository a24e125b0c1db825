package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.xml.Element;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Something that waits to be written into archives. */
sealed interface Job {
    /** Completed when it is on disk, exceptionally when it never will be. */
    CompletableFuture<@Nullable Void> stored();

    /** Characters that it holds in memory, about. */
    int size();

    /** Tells whoever wants to know that it could not be stored. */
    void refused(StanzaError error);

    /**
     * The place of a message in an archive.
     *
     * @param owner whose archive: the bare address of an account or a room
     * @param with with whom the account spoke; for a room the real bare address of who spoke, with the nick as resource
     */
    record Place(Jid owner, Jid with) {}

    /** A message. */
    final class Saying implements Job {
        final Message message;
        final String text;

        /** Where the sender finds it, or null. */
        final @Nullable Place sender;

        /** Where the receiver finds it, or null; for a room the room's. */
        final @Nullable Place receiver;

        final @Nullable Long handle;
        final @Nullable Long retracts;

        /**
         * Whether it may have been kept before: its sender has come (back) just now, or it is not known when. Set
         * before the writer takes it.
         */
        boolean suspect;

        private final Consumer<StanzaError> whenRefused;
        private final CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();

        /** Given by the writer before anybody else sees this. */
        long id;

        /** How many owners had been let go of when this was taken; set by the writer, as the id. */
        long born;

        /**
         * @param message as the archives keep it
         * @param fresh whether the sender has come just now, or it is not known when
         * @param whenRefused tells the sender that it could not be stored
         */
        Saying(
                Message message,
                @Nullable Place sender,
                @Nullable Place receiver,
                @Nullable Long handle,
                @Nullable Long retracts,
                boolean fresh,
                Consumer<StanzaError> whenRefused) {
            this.message = message;
            this.text = StanzaText.write(message);
            this.sender = sender;
            this.receiver = receiver;
            this.handle = handle;
            this.retracts = retracts;
            this.suspect = fresh && Handle.mayBeSentAgain(message);
            this.whenRefused = whenRefused;
        }

        /** The same as another that was kept before. */
        boolean repeats(Message other) {
            return Handle.mayBeSentAgain(message) && Handle.areSame(message, other);
        }

        /** Whether one of its places is such. */
        boolean isIn(Predicate<Place> such) {
            return sender != null && such.test(sender) || receiver != null && such.test(receiver);
        }

        @Override
        public CompletableFuture<@Nullable Void> stored() {
            return stored;
        }

        @Override
        public int size() {
            return text.length();
        }

        @Override
        public void refused(StanzaError error) {
            whenRefused.accept(error);
        }
    }

    /**
     * A message in the archive of a room is taken back.
     *
     * @param room the room's address
     * @param id of the message
     * @param mark what stands in its place
     * @param author the occupant-id of who must have said it, or null when anybody may have
     */
    record Burial(
            Jid room,
            long id,
            Element mark,
            @Nullable Element author,
            CompletableFuture<@Nullable Void> stored)
            implements Job {
        private static final int SIZE = 512;

        public Burial {
            Objects.requireNonNull(room);
        }

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public void refused(StanzaError error) {
            // everybody has heard of the retraction, and it is in the archive itself
        }
    }
}
