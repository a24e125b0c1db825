package im.gatehouse.modules.blocklist;

import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;

/** Keeps administrators from locking out, by mistake, the account or the address that they act from. */
final class LockOut {
    private LockOut() {}

    /** Whether a block of the target would hit the one who calls. */
    static boolean hits(AdminCall call, Target target) {
        return call.actor()
                .account()
                .map(account -> target.matches(account, call.address()))
                .orElseGet(() -> target instanceof Target.Address(var range)
                        && call.address() != null
                        && range.contains(call.address()));
    }

    static AdminException refused() {
        return new AdminException(
                "would_lock_out_caller",
                "This would lock out the account or the address from which you act; use force if you mean it");
    }
}
