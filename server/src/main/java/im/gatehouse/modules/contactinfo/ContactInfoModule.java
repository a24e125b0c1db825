package im.gatehouse.modules.contactinfo;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.ModuleSpec;
import im.gatehouse.module.ServerModule;
import java.util.List;

/** {@code mod_server_contact_info}: tells whoever asks the server whom to write to (XEP-0157). */
public final class ContactInfoModule implements ServerModule<ContactInfoConfig> {
    private static final String SERVER_INFO = "http://jabber.org/network/serverinfo";

    @Override
    public ModuleSpec<ContactInfoConfig> spec() {
        return ModuleSpec.of("mod_server_contact_info", ContactInfoConfig::read)
                .onByDefault()
                .requires("mod_disco")
                .xep(157, "1.1.1")
                .build();
    }

    @Override
    public Running<ContactInfoConfig> start(ContactInfoConfig config, ModuleContext context) {
        return new Shown(config, context.disco().server());
    }

    /** What is shown now. */
    private static final class Shown implements Running<ContactInfoConfig> {
        private final Disco.Entity server;
        private Runnable hide;

        Shown(ContactInfoConfig config, Disco.Entity server) {
            this.server = server;
            this.hide = show(config);
        }

        private Runnable show(ContactInfoConfig config) {
            if (config.addresses().isEmpty()) {
                return () -> {};
            }
            DataForm form = form(config);
            return server.addForm(() -> form);
        }

        @Override
        public void reload(ContactInfoConfig config) {
            hide.run();
            hide = show(config);
        }

        @Override
        public void close() {
            hide.run();
        }
    }

    private static DataForm form(ContactInfoConfig config) {
        List<Field> fields = config.addresses().entrySet().stream()
                .map(entry -> Field.of(
                        entry.getKey() + "-addresses",
                        FieldType.LIST_MULTI,
                        null,
                        entry.getValue().toArray(String[]::new)))
                .toList();
        return DataForm.of(DataForm.Type.RESULT, SERVER_INFO, null, fields);
    }
}
