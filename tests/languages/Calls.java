// What a host in Java may do to the library. Silent when all is well.
import erptoken.ErpToken;
import erptoken.ErpToken.ErpException;
import erptoken.ErpToken.Response;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

public final class Calls {
    private static final String LETTERS = "jos\u00e9 \u20ac \ud83d\ude00";

    private static void check(boolean condition, String what) {
        if (condition) return;
        System.out.println("failed: " + what);
        Runtime.getRuntime().halt(1);
    }

    private static ErpException fails(Runnable call) {
        try {
            call.run();
        } catch (ErpException e) {
            return e;
        }
        check(false, "no exception");
        return null;
    }

    private static String sandbox(String provider) {
        return System.getenv("ERPTOKEN_SANDBOX_" + provider.toUpperCase());
    }

    private static ErpToken opened(String user, String password) {
        return new ErpToken("senior").set("username", user).set("password", password).set("base_url", sandbox("senior"));
    }

    private static void shortBuffers(ErpToken account) {
        int[] needed = { 0 };
        check(ErpToken.Native.erptoken_get(account.handle(), null, needed) == ErpToken.E_BUFFER, "asking for the size");
        for (int capacity = 0; capacity <= needed[0] + 1; capacity++) {
            byte[] buffer = new byte[needed[0] + 8];
            Arrays.fill(buffer, (byte) 0xa5);
            int[] length = { capacity };
            int status = ErpToken.Native.erptoken_get(account.handle(), buffer, length);
            boolean fits = capacity >= needed[0];
            check(status == (fits ? ErpToken.OK : ErpToken.E_BUFFER), "the status with a capacity of " + capacity);
            check(length[0] == (fits ? needed[0] - 1 : needed[0]), "the length with a capacity of " + capacity);
            for (int i = Math.min(capacity, needed[0]); i < buffer.length; i++) check(buffer[i] == (byte) 0xa5, "a byte beyond the buffer");
        }
    }

    private static void failures() {
        ErpToken account = opened("ninguem@empresa.com.br", "errada");
        ErpException e = fails(account::get);
        check(e.status == ErpToken.E_CREDENTIALS, "the status: " + e.status + " " + e.getMessage());
        check(e.httpStatus == 401 && !e.serverCode.isEmpty() && e.getMessage().length() > 20 && !e.retryable, "what a failure tells");
        check(e.retryAfter > 0, "when to try again");
        check(ErpToken.statusName(e.status).equals("ERPTOKEN_E_CREDENTIALS"), "the name of a status");
        account.close();
        account.close();
        check(fails(account::get).status == ErpToken.E_HANDLE, "a closed account");
        check(ErpToken.Native.erptoken_renew(0x7fffffff) == ErpToken.E_HANDLE, "an invented handle");
        check(fails(() -> new ErpToken("nobody")).status == ErpToken.E_PROVIDER, "an unknown provider");
        check(fails(() -> new ErpToken(null)).status == ErpToken.E_ARGUMENT, "no provider");
        check(fails(() -> ErpToken.configure("colour", "blue")).status == ErpToken.E_OPTION, "an unknown option");
        check(fails(() -> ErpToken.configure("proxy", "\ud83d")).status == ErpToken.E_ENCODING, "half a pair");
        check(fails(() -> ErpToken.configure("proxy", "none\0")).status == ErpToken.E_ENCODING, "a NUL");
        ErpToken.configure("language", "pt");
        check(fails(() -> new ErpToken("ningu\u00e9m")).getMessage().contains("ningu\u00e9m"), "an accent in a text");
        check(fails(() -> ErpToken.configure("colour", "blue")).getMessage().contains("op\u00e7\u00e3o"), "a text in Portuguese");
        ErpToken.configure("language", null);
    }

    // A listener that some threads add while others remove it, as lines come.
    private static void logByMany() throws InterruptedException {
        ErpToken.Listener listener = (level, line) -> { };
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            int number = i;
            threads[i] = new Thread(() -> {
                for (int turn = 0; turn < 300; turn++) {
                    fails(() -> new ErpToken("nobody"));
                    ErpToken.log(listener, 4 * ((turn + number) % 2));
                    if (turn % 25 == 0) System.gc();
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) thread.join();
        ErpToken.log(listener, 0);
    }

    private static void log(ErpToken account) {
        AtomicInteger lines = new AtomicInteger(), reentrant = new AtomicInteger();
        ErpToken.Listener listener = (level, line) -> {
            lines.incrementAndGet();
            if (fails(account::renew).status == ErpToken.E_REENTRANT) reentrant.incrementAndGet();
            throw new IllegalStateException("must not reach the library");
        };
        ErpToken.log(listener, 4);
        System.gc();
        account.renew();
        check(lines.get() > 0 && reentrant.get() == lines.get(), "inside the log");
        ErpToken.log(listener, 0);
        int before = lines.get();
        account.renew();
        check(lines.get() == before, "a line after the listener was removed");
    }

    private static void requests(ErpToken account) {
        String body = "{\"nome\":\"" + LETTERS + "\"}";
        try (Response answer = account.request("POST", "/tms/freights", "X-Erp: 1\r\nX-Other: 2", body)) {
            check(answer.status() == 201, "the status of a request");
            check(answer.field("/text").equals(body), "the body as it arrived: " + answer.text());
            check(answer.field("/content_type").equals("application/json"), "the type of a text");
            check(answer.field("/none") == null && answer.header("X-None") == null, "what is not there");
            check(new String(answer.bytes(), StandardCharsets.UTF_8).equals(answer.text()), "bytes and text");
        }
        Response closed = account.request("GET", "/tms/freights");
        closed.close();
        closed.close();
        check(fails(closed::text).status == ErpToken.E_HANDLE, "a closed response");
        try (Response answer = account.requestBytes("POST", "/tms/freights", "Content-Type: text/plain", new byte[] { 0, -1, 13, 10 })) {
            check(answer.field("/length").equals("4"), "bytes as they are");
        }
        check(fails(() -> account.request("GET", "https://example.com/")).status == ErpToken.E_INSECURE, "another host");
    }

    /** Each thread fails in its own way, and reads its own error. */
    private static void threads(ErpToken account) throws InterruptedException {
        String token = account.get();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            String name = "nobody" + number;
            threads.add(new Thread(() -> {
                for (int round = 0; round < 300; round++) {
                    check(fails(() -> new ErpToken(name)).getMessage().contains(name), "another thread's error");
                    check(account.get().equals(token), "a token on a thread");
                }
            }));
        }
        for (Thread thread : threads) thread.start();
        for (Thread thread : threads) thread.join();
    }

    /** An API that refuses every token. */
    private static void refused(ErpToken account) throws Exception {
        HttpURLConnection fault = (HttpURLConnection) new URL(
            sandbox("http") + "/_sandbox/fault?operation=api&fault=status:401&times=3").openConnection();
        fault.setRequestMethod("POST");
        check(fault.getResponseCode() / 100 == 2, "the sandbox");
        int logins = account.infoInt("logins") + account.infoInt("refreshes");
        for (int round = 0; round < 2; round++) {
            try (Response answer = account.request("GET", "/tms/freights")) {
                check(answer.status() == 401, "a refusal comes through");
            }
        }
        check(account.infoInt("logins") + account.infoInt("refreshes") == logins + 1, "one new token, not one for each refusal");
        try (Response answer = account.request("GET", "/tms/freights")) {
            check(answer.status() == 200, "the token is kept");
        }
        check(!account.reject(account.get()), "a token that replaced a refused one");
    }

    public static void main(String[] arguments) throws Exception {
        try (ErpToken account = opened("admin@empresa.com.br", "senhaUsuario");
             ErpToken same = opened("admin@empresa.com.br", "senhaUsuario")) {
            log(account);
            logByMany();
            String token = account.get();
            check(token.length() == 32 && account.authorization().equals("Bearer " + token), "the token");
            shortBuffers(account);
            requests(account);
            check(same.get().equals(token) && same.infoInt("logins") == 1, "one login for both");
            same.set("username", LETTERS);
            check(same.info("username").equals(LETTERS), "letters of every length");
            same.set("username", null);
            check(same.info("username").isEmpty(), "back to the default");
            failures();
            threads(account);
            refused(account);
            try (Response report = account.diagnose(); Response problems = ErpToken.checkProfile("senior")) {
                check(report.field("/text").length() > 100 && problems.field("/valid").equals("true"), "the reports");
            }
            account.logout();
        }
        check(!ErpToken.version().isEmpty(), "the version");
        ErpToken.shutdown();
    }
}
