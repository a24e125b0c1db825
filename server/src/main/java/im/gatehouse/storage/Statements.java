package im.gatehouse.storage;

import org.jooq.Configuration;
import org.jooq.SQLDialect;
import org.jooq.conf.ExecuteWithoutWhere;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.NoTransactionProvider;

/** How statements are written and run, the same way for all of the server. */
final class Statements {
    private Statements() {}

    /** A configuration without a connection; derive one for each. */
    static Configuration configuration(SQLDialect dialect) {
        // jOOQ prints a banner and tips of the day unless these are set before it is first used.
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        Settings settings = new Settings()
                .withRenderQuotedNames(RenderQuotedNames.ALWAYS)
                .withRenderNameCase(RenderNameCase.LOWER)
                .withRenderSchema(false)
                .withRenderCatalog(false)
                .withExecuteLogging(false) // it would write stored values into the log
                .withFetchWarnings(false)
                .withAttachRecords(false)
                .withInListPadding(true) // fewer distinct statements for the server to plan
                .withExecuteDeleteWithoutWhere(ExecuteWithoutWhere.THROW)
                .withExecuteUpdateWithoutWhere(ExecuteWithoutWhere.THROW);
        return new DefaultConfiguration()
                .set(dialect)
                .set(settings)
                .set(new NoTransactionProvider()); // the unit is the transaction
    }
}
