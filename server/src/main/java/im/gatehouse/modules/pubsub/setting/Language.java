package im.gatehouse.modules.pubsub.setting;

/** The language of what is published. */
public final class Language extends TextSetting {
    public static final Language SETTING = new Language();

    private Language() {
        super("language", "Language of the payloads");
    }
}
