package im.gatehouse.account;

import im.gatehouse.account.AccountException.Reason;
import im.gatehouse.jid.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * One import under way. Lines are taken in portions of as many as {@link BulkKeys} likes; the keys of a few portions
 * are derived at the same time, and each is stored in one transaction, in the order of the file.
 */
final class AccountImport implements AutoCloseable {
    /** A line that may become an account. */
    private record Candidate(long line, Jid account, String password) {
        /** Leaves out the account and the password. */
        @Override
        public String toString() {
            return "Candidate[" + line + "]";
        }
    }

    private record Portion(List<Candidate> candidates, CompletableFuture<List<Credentials>> credentials) {}

    private final int cores = Runtime.getRuntime().availableProcessors();

    /** Apart from the threads for sign-ins, so that nobody who signs in waits behind the import. */
    private final ExecutorService threads = Executors.newFixedThreadPool(
            cores, Thread.ofPlatform().daemon().name("account-import-", 1).factory());

    /** Names in portions that are not stored yet. */
    private final Set<Jid> underWay = new HashSet<>();

    private final Accounts accounts;
    private final KeyDerivation keys;
    private final Consumer<ImportEvent> progress;
    private long stored;
    private long refused;

    AccountImport(Accounts accounts, KeyDerivation keys, Consumer<ImportEvent> progress) {
        this.accounts = accounts;
        this.keys = keys;
        this.progress = progress;
    }

    ImportSummary run(Iterator<AccountLine> lines) {
        Queue<Portion> portions = new ArrayDeque<>();
        while (lines.hasNext()) {
            List<Candidate> candidates = newOnes(take(lines));
            if (!candidates.isEmpty()) {
                portions.add(begin(candidates));
            }
            if (portions.size() > cores) {
                store(portions.remove());
            }
        }
        portions.forEach(this::store);
        return new ImportSummary(stored, refused);
    }

    private List<Candidate> take(Iterator<AccountLine> lines) {
        List<Candidate> taken = new ArrayList<>(BulkKeys.LANES);
        while (lines.hasNext() && taken.size() < BulkKeys.LANES) {
            AccountLine line = lines.next();
            try {
                Jid account = accounts.allowed(line.user(), line.domain());
                taken.add(new Candidate(line.line(), account, Passwords.prepare(line.password())));
            } catch (AccountException e) {
                refuse(line.line(), e.reason());
            }
        }
        return taken;
    }

    /** Leaves out those that exist before any work is put into them: an import may be started again. */
    private List<Candidate> newOnes(List<Candidate> candidates) {
        Map<String, Set<String>> names = new HashMap<>();
        candidates.forEach(candidate -> names.computeIfAbsent(candidate.account.domain(), _ -> new HashSet<>())
                .add(candidate.account.local()));
        names.replaceAll(accounts::taken);
        List<Candidate> fresh = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            boolean taken = names.get(candidate.account.domain()).contains(candidate.account.local());
            if (taken || !underWay.add(candidate.account)) {
                refuse(candidate.line, Reason.ALREADY_EXISTS);
            } else {
                fresh.add(candidate);
            }
        }
        return fresh;
    }

    private Portion begin(List<Candidate> candidates) {
        return new Portion(candidates, CompletableFuture.supplyAsync(() -> derive(candidates), threads));
    }

    private List<Credentials> derive(List<Candidate> candidates) {
        byte[][] passwords = candidates.stream()
                .map(candidate -> candidate.password.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        ScramVerifier[] sha1 = derive(ScramHash.SHA_1, passwords);
        ScramVerifier[] sha256 = derive(ScramHash.SHA_256, passwords);
        List<Credentials> all = new ArrayList<>(passwords.length);
        for (int i = 0; i < passwords.length; i++) {
            all.add(new Credentials(sha1[i], sha256[i]));
        }
        return all;
    }

    private ScramVerifier[] derive(ScramHash hash, byte[][] passwords) {
        int iterations = keys.iterations();
        byte[][] salts = new byte[passwords.length][];
        for (int i = 0; i < salts.length; i++) {
            salts[i] = keys.newSalt();
        }
        byte[][] salted = BulkKeys.derive(hash, passwords, salts, iterations);
        ScramVerifier[] verifiers = new ScramVerifier[passwords.length];
        for (int i = 0; i < verifiers.length; i++) {
            verifiers[i] = ScramVerifier.of(hash, salted[i], salts[i], iterations);
        }
        return verifiers;
    }

    private void store(Portion portion) {
        List<Credentials> credentials = portion.credentials.join();
        Map<Jid, Credentials> rows = new LinkedHashMap<>();
        for (int i = 0; i < credentials.size(); i++) {
            rows.put(portion.candidates.get(i).account, credentials.get(i));
        }
        List<Long> lines = new ArrayList<>(rows.size());
        try {
            accounts.insert(rows);
            portion.candidates.forEach(candidate -> lines.add(candidate.line));
        } catch (AccountException e) {
            storeOneByOne(portion.candidates, rows, lines); // somebody made one of them meanwhile
        }
        underWay.removeAll(rows.keySet());
        stored += lines.size();
        progress.accept(new ImportEvent.Stored(stored, lines));
    }

    private void storeOneByOne(List<Candidate> candidates, Map<Jid, Credentials> rows, List<Long> lines) {
        for (Candidate candidate : candidates) {
            try {
                accounts.insert(Map.of(candidate.account, rows.get(candidate.account)));
                lines.add(candidate.line);
            } catch (AccountException e) {
                refuse(candidate.line, e.reason());
            }
        }
    }

    private void refuse(long line, Reason reason) {
        refused++;
        progress.accept(new ImportEvent.Refused(line, reason));
    }

    /** Drops what has not begun. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
