package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the owners of a node have decided: a value that never changes. A setting that is not in it has its initial
 * value.
 */
public final class NodeConfig {
    /** All settings, in the order of the owners' form. */
    public static final List<NodeSetting<?>> SETTINGS = List.of(
            Title.SETTING,
            Description.SETTING,
            PayloadType.SETTING,
            Language.SETTING,
            Contacts.SETTING,
            AccessModel.SETTING,
            RosterGroups.SETTING,
            PublishModel.SETTING,
            Subscribing.SETTING,
            TemporarySubscriptions.SETTING,
            PersistItems.SETTING,
            MaxItems.SETTING,
            PublishNodeFull.SETTING,
            ItemExpire.SETTING,
            PurgeOffline.SETTING,
            MaxPayloadSize.SETTING,
            DeliverPayloads.SETTING,
            DeliverNotifications.SETTING,
            SendLastItem.SETTING,
            NotificationType.SETTING,
            PresenceBasedDelivery.SETTING,
            ItemReply.SETTING,
            NotifyConfig.SETTING,
            NotifyDelete.SETTING,
            NotifyRetract.SETTING,
            NotifySubscriptions.SETTING);

    public static final NodeConfig INITIAL = new NodeConfig(Map.of());

    private static final String FORM_TYPE = "FORM_TYPE";
    private static final String NODE_TYPE = "pubsub#node_type";
    private static final String COLLECTION = "pubsub#collection";

    private final Map<NodeSetting<?>, Object> values;

    private NodeConfig(Map<NodeSetting<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    @SuppressWarnings("unchecked") // with() puts nothing else under the setting
    public <T> T get(NodeSetting<T> setting) {
        Object value = values.get(setting);
        return value == null ? setting.initial() : (T) value;
    }

    /** The same but for one setting. */
    public <T> NodeConfig with(NodeSetting<T> setting, T value) {
        if (value.equals(get(setting))) {
            return this;
        }
        Map<NodeSetting<?>, Object> changed = new HashMap<>(values);
        changed.put(setting, value);
        return new NodeConfig(changed);
    }

    // --- as a form ---

    /** The fields of the owners' form, filled in. */
    public List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        fields.add(Field.list(NODE_TYPE, "Kind of node", "leaf", List.of(new Option("leaf", "Leaf"))));
        SETTINGS.forEach(setting -> fields.add(field(setting)));
        return fields;
    }

    /** The fields that everybody is shown who may know of the node (section 5.4). */
    public List<Field> metaData() {
        return SETTINGS.stream().filter(NodeSetting::isMetaData).map(this::field).toList();
    }

    private <T> Field field(NodeSetting<T> setting) {
        return setting.field(get(setting));
    }

    /**
     * The configuration that somebody has chosen; fields that nobody knows are ignored, and settings without a field
     * stay as they are.
     *
     * @throws StanzaException when a value is not allowed
     */
    public NodeConfig submitted(DataForm form) {
        NodeConfig config = this;
        for (Field field : form.fields()) {
            NodeSetting<?> setting = setting(field.var());
            if (setting != null) {
                config = config.parsed(setting, field.values());
            } else {
                refuseCollections(field);
            }
        }
        return config;
    }

    private static void refuseCollections(Field field) {
        String value = field.value();
        boolean collection = field.var().equals(NODE_TYPE) && "collection".equals(value)
                || field.var().equals(COLLECTION) && value != null && !value.isEmpty();
        if (collection) {
            throw new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED, "There are no collections of nodes here");
        }
    }

    /**
     * Whether the node is as somebody demands of it; a demand that nobody knows is not met.
     *
     * @throws StanzaException when a value is not allowed
     */
    public boolean meets(DataForm demands) {
        for (Field field : demands.fields()) {
            NodeSetting<?> setting = setting(field.var());
            boolean met = setting == null
                    ? field.var().equals(FORM_TYPE) || field.var().equals(NODE_TYPE) && "leaf".equals(field.value())
                    : parsed(setting, field.values()).equals(this);
            if (!met) {
                return false;
            }
        }
        return true;
    }

    private <T> NodeConfig parsed(NodeSetting<T> setting, List<String> given) {
        return with(setting, setting.parse(given));
    }

    private static @Nullable NodeSetting<?> setting(String var) {
        for (NodeSetting<?> setting : SETTINGS) {
            if (setting.var().equals(var)) {
                return setting;
            }
        }
        return null;
    }

    // --- as it is stored ---

    /** What differs from the initial values, by the settings' names. */
    public Map<String, List<String>> stored() {
        Map<String, List<String>> rows = new TreeMap<>();
        values.keySet().forEach(setting -> rows.put(setting.name(), field(setting).values()));
        return rows;
    }

    /** The configuration from its stored form; what cannot be read any more has its initial value. */
    public static NodeConfig restored(Map<String, List<String>> rows) {
        NodeConfig config = INITIAL;
        for (NodeSetting<?> setting : SETTINGS) {
            List<String> given = rows.get(setting.name());
            if (given != null) {
                config = config.restored(setting, given);
            }
        }
        return config;
    }

    private NodeConfig restored(NodeSetting<?> setting, List<String> given) {
        try {
            return parsed(setting, given);
        } catch (StanzaException _) {
            return this;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NodeConfig config && values.equals(config.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
