package im.gatehouse.modules.muc;

import im.gatehouse.config.Section;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.RoomSettings;

/**
 * The table {@code [modules.mod_muc]}.
 *
 * @param host the domain of the rooms; {@code @HOST@} stands for each served host in turn
 * @param name what the service calls itself
 * @param create who may make rooms; administrators always may
 * @param lockNewRooms whether a new room lets nobody in before its maker has configured it
 * @param maxRooms how many rooms there may be, all services together
 * @param maxRoomsPerUser how many rooms somebody may own when making another; 0 for any number
 * @param maxOccupants how many nicks a room takes, whatever its owners say
 * @param historyLength how many messages a room keeps, whatever its owners say
 * @param defaultRoom how a new room is until its owners decide
 */
public record MucConfig(
        String host,
        String name,
        Creators create,
        boolean lockNewRooms,
        int maxRooms,
        int maxRoomsPerUser,
        int maxOccupants,
        int historyLength,
        RoomConfig defaultRoom) {

    /** Who may make rooms. */
    public enum Creators {
        ANYONE,
        /** Those who have an account here. */
        LOCAL,
        ADMINS
    }

    static MucConfig read(Section section) {
        return new MucConfig(
                section.nonEmpty("host", "conference.@HOST@"),
                section.nonEmpty("name", "Rooms"),
                section.oneOf("create", Creators.ANYONE),
                section.bool("lock_new_rooms", true),
                section.integer("max_rooms", 100_000, 1, Integer.MAX_VALUE),
                section.integer("max_rooms_per_user", 0, 0, 1_000_000),
                section.integer("max_occupants", 5_000, 1, 1_000_000),
                section.integer("history_length", 100, 0, 1_000),
                RoomSettings.configured(section.section("default_room")));
    }

    /** The domain of the rooms that belong to a host. */
    String domain(String of) {
        return host.replace("@HOST@", of);
    }
}
