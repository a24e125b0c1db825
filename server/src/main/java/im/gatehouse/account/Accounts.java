package im.gatehouse.account;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import java.util.*;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
// Placeholder until the accounts' branch is merged.
public final class Accounts {
    public Accounts(Database database, ScramSettings settings, Set<String> hosts, Time time, byte[] secret) {}
    public boolean exists(Jid account) { throw new UnsupportedOperationException(); }
    public void create(Jid account, String password) { throw new UnsupportedOperationException(); }
    public boolean remove(Jid account) { throw new UnsupportedOperationException(); }
    public boolean changePassword(Jid account, String password) { throw new UnsupportedOperationException(); }
    public boolean check(Jid account, String password) { throw new UnsupportedOperationException(); }
    public Optional<Credentials> credentials(Jid account) { throw new UnsupportedOperationException(); }
    public ScramVerifier fakeCredentials(Jid account, ScramHash hash) { throw new UnsupportedOperationException(); }
    public void onRemoval(String owner, BiConsumer<DSLContext, Jid> cleanup) { throw new UnsupportedOperationException(); }
    public NoticePoint<Jid> removed() { throw new UnsupportedOperationException(); }
}
