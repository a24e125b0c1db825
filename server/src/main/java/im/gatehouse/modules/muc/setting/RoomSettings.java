package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All settings that rooms have, in the order of the owners' form: those of XEP-0045 and those that other modules add.
 * Safe from any thread.
 */
public final class RoomSettings {
    private static final List<RoomSetting<?>> OWN = List.of(
            Title.SETTING,
            Description.SETTING,
            Language.SETTING,
            Contacts.SETTING,
            PubsubNode.SETTING,
            Persistent.SETTING,
            PublicRoom.SETTING,
            PublicOccupants.SETTING,
            MembersOnly.SETTING,
            AllowInvites.SETTING,
            Registering.SETTING,
            Password.SETTING,
            WhoIs.SETTING,
            MemberList.SETTING,
            PresenceBroadcast.SETTING,
            Moderated.SETTING,
            VoiceByDefault.SETTING,
            AllowVoiceRequests.SETTING,
            AllowVisitorStatus.SETTING,
            AllowVisitorNickChange.SETTING,
            LockNicks.SETTING,
            AllowMultipleSessions.SETTING,
            ChangeSubject.SETTING,
            AllowPrivateMessages.SETTING,
            AllowQueries.SETTING,
            Logged.SETTING,
            LogAddress.SETTING,
            Archived.SETTING,
            HistoryLength.SETTING,
            MaxUsers.SETTING);

    private final List<RoomSetting<?>> all = new CopyOnWriteArrayList<>(OWN);

    /**
     * Adds a setting of another module. What rooms have of it from an earlier time is there again.
     *
     * @return takes it away again; rooms keep what was decided
     * @throws IllegalArgumentException when there is one of that name
     */
    public Runnable add(RoomSetting<?> setting) {
        if (all.stream().anyMatch(each -> each.name().equals(setting.name()))) {
            throw new IllegalArgumentException("There is a setting " + setting + " already");
        }
        all.add(setting);
        return () -> all.remove(setting);
    }

    /** The operator's defaults for new rooms. */
    public static RoomConfig configured(Section section) {
        RoomConfig config = RoomConfig.INITIAL;
        for (RoomSetting<?> setting : OWN) {
            config = configured(setting, section, config);
        }
        return config;
    }

    private static <T> RoomConfig configured(RoomSetting<T> setting, Section section, RoomConfig config) {
        return config.with(setting, setting.configured(section));
    }

    /** The fields of the owners' form. */
    public List<Field> fields(RoomConfig config) {
        List<Field> fields = new ArrayList<>();
        all.forEach(setting -> fields.addAll(fieldsOf(setting, config)));
        return fields;
    }

    private static <T> List<Field> fieldsOf(RoomSetting<T> setting, RoomConfig config) {
        return setting.fields(config.get(setting));
    }

    /**
     * The configuration that an owner has chosen; fields that nobody knows are ignored.
     *
     * @throws im.gatehouse.stanza.StanzaException when a value is not allowed
     */
    public RoomConfig submitted(DataForm form, RoomConfig present) {
        RoomConfig config = present;
        for (RoomSetting<?> setting : all) {
            config = submitted(setting, form, config);
        }
        return config;
    }

    private static <T> RoomConfig submitted(RoomSetting<T> setting, DataForm form, RoomConfig config) {
        return config.with(setting, setting.submitted(form, config.get(setting)));
    }

    /** What discovery lists among the features of a room. */
    public List<String> features(RoomConfig config) {
        List<String> features = new ArrayList<>();
        all.forEach(setting -> features.addAll(featuresOf(setting, config)));
        return features;
    }

    private static <T> List<String> featuresOf(RoomSetting<T> setting, RoomConfig config) {
        return setting.features(config.get(setting));
    }

    /** What the {@code muc#roominfo} form shows of a room. */
    public List<Field> info(RoomConfig config) {
        List<Field> fields = new ArrayList<>();
        all.forEach(setting -> fields.addAll(infoOf(setting, config)));
        return fields;
    }

    private static <T> List<Field> infoOf(RoomSetting<T> setting, RoomConfig config) {
        return setting.info(config.get(setting));
    }

    /**
     * The values as they are stored, by the settings' names; of a setting that is not there at present, as a room has
     * it from before.
     */
    public Map<String, String> stored(RoomConfig config) {
        Map<String, String> rows = config.stored();
        all.forEach(setting -> rows.put(setting.name(), stored(setting, config)));
        return rows;
    }

    private static <T> String stored(RoomSetting<T> setting, RoomConfig config) {
        return setting.stored(config.get(setting));
    }

    /** The configuration from its stored form; of settings that are not there at present, too, for when they are. */
    public RoomConfig restored(Map<String, String> rows) {
        Map<String, String> unread = new HashMap<>(rows);
        RoomConfig config = RoomConfig.INITIAL;
        for (RoomSetting<?> setting : all) {
            String text = unread.remove(setting.name());
            if (text != null) {
                config = restored(setting, text, config);
            }
        }
        for (Map.Entry<String, String> row : unread.entrySet()) {
            config = config.with(row.getKey(), row.getValue());
        }
        return config;
    }

    private static <T> RoomConfig restored(RoomSetting<T> setting, String text, RoomConfig config) {
        return config.with(setting, setting.restored(text));
    }
}
