package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;

/** The groups of an owner's roster whose contacts may subscribe and read, where {@link AccessModel} says so. */
public final class RosterGroups extends ListSetting {
    public static final RosterGroups SETTING = new RosterGroups();

    private RosterGroups() {
        super("roster_groups_allowed", FieldType.TEXT_MULTI, "Roster groups that may subscribe and read");
    }
}
