package im.gatehouse.modules.muc;

import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.modules.muc.setting.AllowInvites;
import im.gatehouse.modules.muc.setting.AllowMultipleSessions;
import im.gatehouse.modules.muc.setting.AllowPrivateMessages;
import im.gatehouse.modules.muc.setting.AllowQueries;
import im.gatehouse.modules.muc.setting.AllowVisitorNickChange;
import im.gatehouse.modules.muc.setting.AllowVisitorStatus;
import im.gatehouse.modules.muc.setting.ChangeSubject;
import im.gatehouse.modules.muc.setting.Description;
import im.gatehouse.modules.muc.setting.MaxUsers;
import im.gatehouse.modules.muc.setting.MemberList;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Moderated;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.modules.muc.setting.Persistent;
import im.gatehouse.modules.muc.setting.PublicOccupants;
import im.gatehouse.modules.muc.setting.PublicRoom;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.modules.muc.setting.Title;
import im.gatehouse.modules.muc.setting.VoiceByDefault;
import im.gatehouse.modules.muc.setting.WhoIs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows administrators the configuration of a room and changes it. Names as MongooseIM's. */
final class RoomConfigOperations {
    /** The settings that are yes or no, by the names of the schema. */
    private static final Map<String, RoomSetting<Boolean>> SWITCHES = new LinkedHashMap<>();

    static {
        SWITCHES.put("allowChangeSubject", ChangeSubject.SETTING);
        SWITCHES.put("allowQueryUsers", AllowQueries.SETTING);
        SWITCHES.put("allowVisitorStatus", AllowVisitorStatus.SETTING);
        SWITCHES.put("allowVisitorNickchange", AllowVisitorNickChange.SETTING);
        SWITCHES.put("public", PublicRoom.SETTING);
        SWITCHES.put("publicList", PublicOccupants.SETTING);
        SWITCHES.put("persistent", Persistent.SETTING);
        SWITCHES.put("moderated", Moderated.SETTING);
        SWITCHES.put("membersByDefault", VoiceByDefault.SETTING);
        SWITCHES.put("membersOnly", MembersOnly.SETTING);
        SWITCHES.put("allowUserInvites", AllowInvites.SETTING);
        SWITCHES.put("allowMultipleSession", AllowMultipleSessions.SETTING);
    }

    private final RoomService service;
    private final RoomErrands errands;

    RoomConfigOperations(RoomService service, RoomErrands errands) {
        this.service = service;
        this.errands = errands;
    }

    AdminOperations addTo(AdminOperations operations) {
        return operations
                .forDomainOf("room", "MUCAdminQuery", "getRoomConfig", call ->
                        errands.in(call, (room, done) -> done.complete(shown(room.config()))))
                .forDomainOf("room", "MUCAdminMutation", "changeRoomConfiguration", this::change);
    }

    private static Map<String, Object> shown(RoomConfig config) {
        Map<String, Object> shown = new HashMap<>();
        SWITCHES.forEach((name, setting) -> shown.put(name, config.get(setting)));
        String password = config.get(Password.SETTING);
        shown.put("title", config.get(Title.SETTING));
        shown.put("description", config.get(Description.SETTING));
        shown.put(
                "allowPrivateMessages",
                config.get(AllowPrivateMessages.SETTING) != AllowPrivateMessages.Who.NONE);
        shown.put("passwordProtected", !password.isEmpty());
        shown.put("password", password);
        shown.put("anonymous", config.get(WhoIs.SETTING) == WhoIs.Who.MODERATORS);
        shown.put(
                "mayGetMemberList",
                config.get(MemberList.SETTING).stream()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList());
        if (config.get(MaxUsers.SETTING) > 0) {
            shown.put("maxUsers", config.get(MaxUsers.SETTING));
        }
        return shown;
    }

    private @Nullable Object change(AdminCall call) {
        Map<?, ?> wishes = call.required("config", Map.class);
        return errands.in(call, (room, done) -> {
            RoomConfig changed = changed(room.config(), wishes);
            service.reception()
                    .ownerForm()
                    .configure(room, RoomErrands.nobodysRequest(room), changed, List.of(), null, () ->
                            done.complete(shown(changed)));
        });
    }

    private static RoomConfig changed(RoomConfig present, Map<?, ?> wishes) {
        RoomConfig config = present;
        for (Map.Entry<?, ?> wish : wishes.entrySet()) {
            if (wish.getValue() != null) {
                config = changed(config, String.valueOf(wish.getKey()), wish.getValue());
            }
        }
        boolean wanted = !Boolean.FALSE.equals(wishes.get("passwordProtected"));
        if (wanted && Boolean.TRUE.equals(wishes.get("passwordProtected"))
                && config.get(Password.SETTING).isEmpty()) {
            throw new AdminException("password_missing", "A room that asks for a password needs one");
        }
        return wanted ? config : config.with(Password.SETTING, "");
    }

    private static RoomConfig changed(RoomConfig config, String name, Object value) {
        RoomSetting<Boolean> setting = SWITCHES.get(name);
        if (setting != null) {
            return config.with(setting, (Boolean) value);
        }
        return switch (name) {
            case "title" -> config.with(Title.SETTING, Title.SETTING.checked((String) value));
            case "description" -> config.with(
                    Description.SETTING, Description.SETTING.checked((String) value));
            case "password" -> config.with(Password.SETTING, Password.checked((String) value));
            case "maxUsers" -> config.with(MaxUsers.SETTING, (Integer) value);
            case "anonymous" -> config.with(
                    WhoIs.SETTING, (Boolean) value ? WhoIs.Who.MODERATORS : WhoIs.Who.ANYONE);
            case "allowPrivateMessages" -> allowPrivateMessages(config, (Boolean) value);
            case "mayGetMemberList" -> config.with(MemberList.SETTING, MemberList.SETTING.restored(words(value)));
            default -> config;
        };
    }

    /** Yes leaves a finer choice as it is. */
    private static RoomConfig allowPrivateMessages(RoomConfig config, boolean allowed) {
        boolean now = config.get(AllowPrivateMessages.SETTING) != AllowPrivateMessages.Who.NONE;
        return now == allowed
                ? config
                : config.with(
                        AllowPrivateMessages.SETTING,
                        allowed ? AllowPrivateMessages.Who.ANYONE : AllowPrivateMessages.Who.NONE);
    }

    private static String words(Object list) {
        StringBuilder words = new StringBuilder();
        ((List<?>) list).forEach(word -> words.append(word).append(' '));
        return words.toString();
    }
}
