// What a host in .NET may do to the library. Silent when all is well.
using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using ErpToken;

internal static class Calls
{
    private static int lines, reentrant;

    private static void Check(bool condition, string what)
    {
        if (condition) return;
        Console.WriteLine("failed: " + what);
        Environment.Exit(1);
    }

    private static ErpTokenException Fails(Action call)
    {
        try { call(); }
        catch (ErpTokenException e) { return e; }
        Check(false, "no exception");
        return null;
    }

    private static string Sandbox(string provider)
    {
        return Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_" + provider.ToUpperInvariant());
    }

    private static ErpAccount Opened(string user, string password)
    {
        var account = new ErpAccount("senior");
        account["username"] = user;
        account["password"] = password;
        account["base_url"] = Sandbox("senior");
        return account;
    }

    private static void ShortBuffers(ErpAccount account)
    {
        int needed = 0;
        Check(ErpTokenNative.erptokenw_get(account.Handle, null, ref needed) == (int)ErpTokenStatus.Buffer, "asking for the size");
        for (int capacity = 0; capacity <= needed + 1; capacity++)
        {
            var buffer = new char[needed + 8];
            for (int i = 0; i < buffer.Length; i++) buffer[i] = '\ua5a5';
            int length = capacity;
            var status = (ErpTokenStatus)ErpTokenNative.erptokenw_get(account.Handle, buffer, ref length);
            bool fits = capacity >= needed;
            Check(status == (fits ? ErpTokenStatus.Ok : ErpTokenStatus.Buffer), "the status with a capacity of " + capacity);
            Check(length == (fits ? needed - 1 : needed), "the length with a capacity of " + capacity);
            for (int i = Math.Min(capacity, needed); i < buffer.Length; i++) Check(buffer[i] == '\ua5a5', "a unit beyond the buffer");
        }
    }

    private static void Failures()
    {
        ErpAccount account;
        using (account = Opened("ninguem@empresa.com.br", "errada"))
        {
            var e = Fails(() => account.GetToken());
            Check(e.Status == ErpTokenStatus.Credentials, "the status: " + e.Status + " " + e.Message);
            Check(e.HttpStatus == 401 && e.ServerCode != "" && e.Message.Length > 20 && !e.IsRetryable, "what a failure tells");
            Check(e.RetryAfter > TimeSpan.Zero, "when to try again");
        }
        Check(Fails(() => account.GetToken()).Status == ErpTokenStatus.Handle, "a disposed account");
        account.Dispose();
        Check(ErpTokenNative.erptokenw_renew(0x7fffffff) == (int)ErpTokenStatus.Handle, "an invented handle");
        Check(Fails(() => new ErpAccount("nobody")).Status == ErpTokenStatus.Provider, "an unknown provider");
        Check(Fails(() => new ErpAccount(null)).Status == ErpTokenStatus.Argument, "no provider");
        Check(Fails(() => ErpProcess.Configure("colour", "blue")).Status == ErpTokenStatus.Option, "an unknown option");
        Check(Fails(() => ErpProcess.Configure("proxy", "\ud83d")).Status == ErpTokenStatus.Encoding, "half a pair");
        Check(Fails(() => Opened("a", "b\0c")).Status == ErpTokenStatus.Encoding, "a text that would be cut");
    }

    // A handler that some threads add while others remove it, as lines come.
    private static void LogByMany()
    {
        ErpLogHandler handler = (level, line) => { };
        var threads = new Thread[4];
        for (int i = 0; i < threads.Length; i++)
        {
            int number = i;
            threads[i] = new Thread(() =>
            {
                for (int turn = 0; turn < 100; turn++)
                {
                    Fails(() => new ErpAccount("nobody"));
                    ErpProcess.Log(handler, 4 * ((turn + number) % 2));
                    if (turn % 25 == 0) GC.Collect();
                }
            });
            threads[i].Start();
        }
        foreach (var thread in threads) thread.Join();
        ErpProcess.Log(handler, 0);
    }

    private static void Log(ErpAccount account)
    {
        ErpLogHandler handler = (level, line) =>
        {
            lines++;
            if (Fails(account.Renew).Status == ErpTokenStatus.Reentrant) reentrant++;
            throw new InvalidOperationException("must not reach the library");
        };
        ErpProcess.Log(handler, 4);
        GC.Collect();
        account.Renew();
        Check(lines > 0 && reentrant == lines, "inside the log");
        ErpProcess.Log(handler, 0);
        int before = lines;
        account.Renew();
        Check(lines == before, "a line after the handler was removed");
    }

    private static void Requests(ErpAccount account)
    {
        const string body = "{\"nome\":\"jos\u00e9 \u20ac \ud83d\ude00\"}";
        using (var answer = account.Request("POST", "/tms/freights", "X-Erp: 1\r\nX-Other: 2", body))
        {
            Check(answer.Status == 201, "the status of a request");
            Check(answer.GetField("/text") == body, "the body as it arrived: " + answer.GetText());
            Check(answer.GetField("/content_type") == "application/json", "the type of a text");
            Check(answer.GetField("/none") == null && answer.GetHeader("X-None") == null, "what is not there");
            Check(System.Text.Encoding.UTF8.GetString(answer.GetBytes()) == answer.GetText(), "bytes and text");
        }
        using (var answer = account.Request("POST", "/tms/freights", "Content-Type: text/plain", new byte[] { 0, 255, 13, 10 }))
            Check(answer.GetField("/length") == "4", "bytes as they are");
        var e = Fails(() => account.Request("GET", "https://example.com/"));
        Check(e.Status == ErpTokenStatus.Insecure, "another host: " + e.Status);
    }

    // Each failure has its own words, whatever other calls do at the same time.
    private static void Parallel(ErpAccount account)
    {
        var calls = new Task<ErpResponse>[300];
        for (int i = 0; i < calls.Length; i++) calls[i] = account.RequestAsync("GET", "https://host-" + i + ".example/");
        for (int i = 0; i < calls.Length; i++)
        {
            var e = Failed(calls[i]);
            Check(e.Status == ErpTokenStatus.Insecure && e.Message.Contains("host-" + i + ".example"), "the words of call " + i + ": " + e.Message);
        }
        using (var wrong = Opened("ninguem@empresa.com.br", "errada"))
        {
            var e = Failed(wrong.GetTokenAsync());
            Check(e.Status == ErpTokenStatus.Credentials && e.HttpStatus == 401 && e.ServerCode != "", "what a failure of a task tells");
            Check(Failed(wrong.RenewAsync()).Status == ErpTokenStatus.Credentials, "a renewal in a task");
        }
        Check(account.GetAuthorizationAsync().Result == "Bearer " + account.GetTokenAsync().Result, "a token in a task");
        using (var answer = account.RequestAsync("POST", "/tms/freights", null, "{}").Result) Check(answer.Status == 201, "a request in a task");
        using (var answer = account.DiagnoseAsync().Result) Check(answer.GetField("/text") != null, "a report in a task");
        var never = account.GetTokenAsync(new CancellationToken(true));
        try { never.Wait(); } catch (AggregateException) { }
        Check(never.IsCanceled, "a call that is cancelled before it begins");
    }

    private static ErpTokenException Failed(Task task)
    {
        try { task.Wait(); }
        catch (AggregateException e) { return (ErpTokenException)e.InnerException; }
        Check(false, "no exception");
        return null;
    }

    // Nobody disposes them: the collector does, before there are too many.
    private static void Forgotten()
    {
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 2000; i++) new ErpAccount("senior");
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static void OtherHosts(ErpAccount account)
    {
        using (var http = new HttpClient(new ErpTokenHandler(account, "localhost")))
        {
            foreach (var url in new[] { Sandbox("senior"), "http://platform.senior.com.br/" })
            {
                try
                {
                    http.GetAsync(url).Wait();
                    Check(false, "the token went to " + url);
                }
                catch (AggregateException e)
                {
                    var why = e.InnerException as ErpTokenException;
                    Check(why != null && why.Status == ErpTokenStatus.Insecure, "the host is refused: " + e.InnerException);
                }
            }
        }
    }

    // An API that refuses every token: the request is repeated once, and the refusal is the answer.
    private static void Refused(ErpAccount account)
    {
        string address = Sandbox("senior") + "/rest/tms/freights";
        using (var plain = new HttpClient())
        using (var http = new HttpClient(new ErpTokenHandler(account, new Uri(address).Host)))
        {
            plain.PostAsync(Sandbox("http") + "/_sandbox/fault?operation=api&fault=status:401&times=3", new StringContent("")).Wait();
            int logins = account.GetInfoInt("logins") + account.GetInfoInt("refreshes");
            Check((int)http.GetAsync(address).Result.StatusCode == 401, "a refusal comes through");
            Check((int)http.GetAsync(address).Result.StatusCode == 401, "and once more");
            Check(account.GetInfoInt("logins") + account.GetInfoInt("refreshes") == logins + 1, "one new token, not one for each refusal");
            Check((int)http.GetAsync(address).Result.StatusCode == 200, "the token is kept");
        }
    }

    private static void Main(string[] arguments)
    {
        if (arguments.Length > 0) ErpTokenLibrary.Path = arguments[0];
        using (var account = Opened("admin@empresa.com.br", "senhaUsuario"))
        using (var same = Opened("admin@empresa.com.br", "senhaUsuario"))
        {
            Log(account);
            LogByMany();
            string token = account.GetToken();
            Check(token.Length == 32 && account.GetAuthorization() == "Bearer " + token, "the token");
            ShortBuffers(account);
            Requests(account);
            Check(same.GetToken() == token && same.GetInfoInt("logins") == 1, "one login for both");
            const string user = "jos\u00e9 \u20ac \ud83d\ude00";
            same["username"] = user;
            Check(same.GetInfo("username") == user, "letters of every length");
            same["username"] = null;
            Check(same.GetInfo("username") == "", "back to the default");
            Failures();
            Parallel(account);
            Forgotten();
            OtherHosts(account);
            Refused(account);
            Check(!account.Reject(account.GetToken()), "a token that replaced a refused one");
            account.Logout();
        }
        Check(ErpProcess.Version != "", "the version");
        ErpProcess.Shutdown();
    }
}
