package im.gatehouse.modules.muc;

import im.gatehouse.modules.muc.setting.Archived;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the changes of lasting rooms before anybody is told of them. */
final class Commits {
    private static final Logger log = LoggerFactory.getLogger(Commits.class);
    private static final StanzaError NOT_STORED = Condition.INTERNAL_SERVER_ERROR
            .error("The change could not be stored, and nothing has changed")
            .type(StanzaError.Type.WAIT);

    private static final StanzaError NOT_KEPT = Condition.INTERNAL_SERVER_ERROR
            .error("Those who are here have heard it, but it could not be stored")
            .type(StanzaError.Type.WAIT);

    private final Parts parts;

    Commits(Parts parts) {
        this.parts = parts;
    }

    /**
     * Stores a change if the room is stored, and then goes on. To be called last: what follows may run on another
     * thread, the room's later stanzas waiting.
     *
     * @param request is refused when the change cannot be stored
     * @param change writes it
     * @param then makes it happen in memory and tells of it
     */
    void commit(Room room, Stanza request, Consumer<DSLContext> change, Runnable then) {
        if (room.stored) {
            write(room, request, false, change, then);
        } else {
            then.run();
        }
    }

    /**
     * Stores a new configuration with changes of affiliations, and with them a room that begins or ceases to be a
     * lasting one. To be called last, as {@link #commit}.
     */
    void configuration(
            Room room, Stanza request, RoomConfig config, List<Affiliations.Entry> changes, Runnable then) {
        boolean lasting = config.get(Persistent.SETTING);
        Map<String, String> settings = parts.hooks.settings().stored(room.lasting(config));
        if (!lasting && !room.stored) {
            then.run();
            return;
        }
        Consumer<DSLContext> change;
        boolean forgets = room.stored && !(lasting && config.get(Archived.SETTING));
        if (!lasting) {
            change = db -> {
                room.card = parts.cards.find(db, room.jid());
                parts.store.delete(db, room.jid());
            };
        } else if (room.stored) {
            change = db -> {
                parts.store.settings(db, room.jid(), settings);
                parts.store.affiliations(db, room.jid(), changes);
                if (!config.get(Archived.SETTING)) {
                    parts.store.forgetHistory(db, room.jid(), Long.MAX_VALUE);
                }
            };
        } else {
            RoomStore.Stored whole = new RoomStore.Stored(
                    room.salt,
                    settings,
                    room.affiliations.with(changes),
                    room.subject,
                    config.get(Archived.SETTING) ? room.history.all() : List.of());
            RoomCard card = room.card;
            Hats hats = room.hats;
            change = db -> {
                parts.store.create(db, room.jid(), whole, parts.time.now());
                parts.cards.put(db, room.jid(), card);
                parts.hats.put(db, room.jid(), hats);
            };
        }
        write(room, request, forgets, change, () -> {
            room.stored = lasting;
            if (lasting) {
                room.card = null; // the database has it
            } else {
                parts.hooks.ended().tell(room.jid());
            }
            then.run();
        });
    }

    /**
     * Stores a change of the history, behind all that was said before. To be called last, as {@link #commit}.
     *
     * @param change writes it
     */
    void history(Room room, Stanza request, Consumer<DSLContext> change, Runnable then) {
        if (room.stored && room.config(Archived.SETTING)) {
            write(room, request, true, change, then);
        } else {
            then.run();
        }
    }

    /**
     * Takes a room out of the database with all that was said in it: nothing that still waits to be stored comes after,
     * and into another room of the name. To be called last, as {@link #commit}.
     */
    void deletion(Room room, Stanza request, Runnable then) {
        if (room.stored) {
            write(room, request, true, db -> parts.store.delete(db, room.jid()), then);
        } else {
            then.run();
        }
    }

    /**
     * Adds to the history what was said, and stores it soon.
     *
     * @param request by which it was said; refused when it cannot be stored and no archive has it either
     */
    void remember(Room room, Message said, Stanza request) {
        int most = parts.historyLength(room);
        if (most > 0) {
            History.Entry entry = room.history.add(said.to(null), parts.time.now(), most);
            if (room.stored && room.config(Archived.SETTING)) {
                CompletionStage<?> stored = parts.historyWriter.add(room.jid(), entry, most);
                room.owe(stored);
                if (parts.hooks.archive() == null) {
                    stored.whenComplete((_, failure) -> {
                        if (failure != null) {
                            parts.refuse(room, request, NOT_KEPT);
                        }
                    });
                }
            }
        }
    }

    /**
     * @param behind whether all that was said before is stored first
     */
    private void write(
            Room room, Stanza request, boolean behind, Consumer<DSLContext> change, Runnable then) {
        room.lane().blocking(() -> {
            if (behind) {
                parts.historyWriter.flush();
            }
            try {
                parts.database.write(db -> {
                    change.accept(db);
                    return null;
                });
            } catch (StorageException e) {
                log.warn("A change of a room could not be stored: {}", e.getMessage());
                parts.bounce(room, request, NOT_STORED);
                return;
            }
            then.run();
        });
    }
}
