package im.gatehouse.modules.blocklist;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.target.RuleIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an account: the blocks that concern it, wherever it logs in from and whenever they hold.
 *
 * <p>Safe from any thread.
 */
final class Standing {
    private record Ruled(RuleIndex<Block> index, List<Block> blocks) {}

    private final Jid account;
    private final List<Block> naming;

    /** Matched when first asked, and again when the rules have changed. */
    private volatile @Nullable Ruled ruled;

    /**
     * @param naming blocks that name the account itself
     */
    Standing(Jid account, List<Block> naming) {
        this.account = account;
        this.naming = List.copyOf(naming);
    }

    /** Blocks that name the account itself. */
    List<Block> naming() {
        return naming;
    }

    /** Blocks of its domain and of patterns that it matches. */
    List<Block> ruled(RuleIndex<Block> index) {
        Ruled present = ruled;
        if (present == null || present.index != index) {
            present = new Ruled(index, index.byAccount(account));
            ruled = present;
        }
        return present.blocks;
    }
}
