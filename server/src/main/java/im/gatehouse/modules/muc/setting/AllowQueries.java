package im.gatehouse.modules.muc.setting;

/** Whether occupants may send queries to each other's clients through the room. */
public final class AllowQueries extends BooleanSetting {
    public static final AllowQueries SETTING = new AllowQueries();

    private AllowQueries() {
        super("allow_queries", true, "allow_query_users", "Let occupants ask each other's clients");
    }
}
