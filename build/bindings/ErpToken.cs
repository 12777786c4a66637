// erptoken @VERSION@ for .NET (Framework 4 and newer, .NET, Mono): declarations generated from the library's source, and
// below them classes that throw exceptions. Add this file to the project.
//
//     using (var account = new ErpAccount("senior"))
//     {
//         account["username"] = "admin@empresa.com.br";
//         account["password"] = "senhaUsuario";
//         request.Headers["Authorization"] = account.GetAuthorization();
//     }
//
// A program for any processor finds the library of its own bits: in runtimes/win-x86/native, runtimes/win-x64/native,
// runtimes/linux-x64/native or runtimes/linux-arm64/native, in x86, x64 or arm64, or beside the program or this assembly, else
// where the system looks. ErpTokenLibrary.Path names another file. Any object may be used from any thread. Ask for the token
// before every request instead of keeping it. Where System.Net.Http is missing (.NET Framework 4.0) define ERPTOKEN_NO_HTTP.
//
// The last error belongs to a thread. Each method is one step on one thread, its error included; those whose names end in
// Async are too, on a thread of the pool.
//
// Run on Mono 6.8 and .NET 8, Linux, and by hand on .NET Core 3.1 for Windows x64, in Wine. Not run: the .NET Framework,
// Windows itself, 32 bits.

using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
#if !ERPTOKEN_NO_HTTP
using System.Net;
using System.Net.Http;
#endif

namespace ErpToken
{
    /// <summary>What a function of the library returns.</summary>
    public enum ErpTokenStatus
    {
@STATUSES@
    }

@TYPES@

    /// <summary>The functions of the library, as they are.</summary>
    public static class ErpTokenNative
    {
        internal const string Library = "erptoken";

        // Runs before the first call.
        static ErpTokenNative()
        {
            ErpTokenLibrary.Prepare();
        }

@CONSTANTS@
@FUNCTIONS@
    }

    /// <summary>Where the library is: a program for any processor needs the one of its own bits.</summary>
    public static class ErpTokenLibrary
    {
        /// <summary>The library's file; null: it is looked for. Set it before the first call of anything else.</summary>
        public static string Path { get; set; }

        private static readonly object Preparing = new object();
        private static bool prepared;

        private static bool OnWindows
        {
            get { return System.IO.Path.DirectorySeparatorChar == '\\'; }
        }

        /// <summary>The library's interface, or what to do where there is no library.</summary>
        internal static int Interface()
        {
            try { return ErpTokenNative.erptokenw_abi_version(); }
            catch (DllNotFoundException e) { throw Unloaded(e); }
            catch (BadImageFormatException e) { throw Unloaded(e); }
        }

        private static DllNotFoundException Unloaded(Exception e)
        {
            return new DllNotFoundException("erptoken cannot be loaded: put its library for " + 8 * IntPtr.Size +
                " bits beside the program, or name it in ErpTokenLibrary.Path. " + e.Message, e);
        }

        /// <summary>Before the first call. Mono looks the functions up when it compiles what calls them: the classes below do
        /// this before, and a program that begins with a function of ErpTokenNative does it itself.</summary>
        public static void Prepare()
        {
            lock (Preparing)
            {
                if (prepared) return;
                prepared = true;
                Search();
            }
        }

        private static void Search()
        {
            var loader = typeof(object).Assembly.GetType("System.Runtime.InteropServices.NativeLibrary");
            if (loader != null) Register(loader);
            else if (OnWindows) Find(file => LoadLibraryEx(file, IntPtr.Zero, AlteredSearchPath) != IntPtr.Zero);
            else Map();
        }

        private static string Find(Predicate<string> loads)
        {
            if (Path != null)
            {
                string named = System.IO.Path.GetFullPath(Path);
                if (!loads(named)) throw new DllNotFoundException("erptoken: cannot load " + named +
                    ": it is missing, or not for " + 8 * IntPtr.Size + " bits");
                return named;
            }
            foreach (var file in Candidates())
                if (File.Exists(file) && loads(file)) return file;
            return null;
        }

        // One of other bits, or of another processor, is there and does not load.
        private static IEnumerable<string> Candidates()
        {
            var names = OnWindows ? new[] { "erptoken.dll" } : new[] { "liberptoken.so.1", "liberptoken.so" };
            var kinds = IntPtr.Size == 4 ? new[] { "x86" } : new[] { "x64", "arm64" };
            var folders = new List<string> { AppDomain.CurrentDomain.BaseDirectory }; // Each of these is a full path.
            string own = typeof(ErpTokenLibrary).Assembly.Location;
            if (!string.IsNullOrEmpty(own))
            {
                own = System.IO.Path.GetDirectoryName(own);
                folders.Add(own);
                // In a NuGet package it stands in lib/<framework>.
                folders.Add(System.IO.Path.Combine(System.IO.Path.Combine(own, ".."), ".."));
            }
            foreach (var folder in folders)
            {
                foreach (var kind in kinds)
                    foreach (var name in names)
                    {
                        string runtime = (OnWindows ? "win-" : "linux-") + kind;
                        yield return System.IO.Path.Combine(folder, "runtimes", runtime, System.IO.Path.Combine("native", name));
                        yield return System.IO.Path.Combine(folder, kind, name);
                    }
                foreach (var name in names) yield return System.IO.Path.Combine(folder, name);
            }
        }

        // .NET Core 3 and newer asks; its types are not there for a program that is compiled for older ones.
        private static void Register(Type loader)
        {
            var register = loader.GetMethod("SetDllImportResolver");
            var load = loader.GetMethod("TryLoad", new[] { typeof(string), typeof(IntPtr).MakeByRefType() });
            if (register == null || load == null) return;
            var resolver = register.GetParameters()[1].ParameterType;
            var searched = resolver.GetMethod("Invoke").GetParameters()[2].ParameterType;
            var resolve = typeof(Resolver<>).MakeGenericType(searched).GetMethod("Resolve");
            Resolver.Load = file =>
            {
                var arguments = new object[] { file, IntPtr.Zero };
                return (bool)load.Invoke(null, arguments) ? (IntPtr)arguments[1] : IntPtr.Zero;
            };
            try
            {
                register.Invoke(null, new object[]
                    { typeof(ErpTokenLibrary).Assembly, Delegate.CreateDelegate(resolver, resolve) });
            }
            catch (TargetInvocationException e)
            {
                // The program has a resolver of its own for this assembly: it decides.
                if (!(e.InnerException is InvalidOperationException)) throw;
            }
        }

        private static class Resolver
        {
            internal static Func<string, IntPtr> Load;
        }

        private static class Resolver<TSearched>
        {
            // Zero: the runtime looks where it always does.
            public static IntPtr Resolve(string name, Assembly assembly, TSearched searched)
            {
                var handle = IntPtr.Zero;
                if (name == ErpTokenNative.Library) Find(file => (handle = Resolver.Load(file)) != IntPtr.Zero);
                return handle;
            }
        }

        // Mono on Linux takes no library for another that is loaded: it is told which file the name means.
        private static void Map()
        {
            try
            {
                string found = Find(file => dlopen(file, Now) != IntPtr.Zero);
                if (found != null) mono_dllmap_insert(IntPtr.Zero, ErpTokenNative.Library, null, found, null);
            }
            catch (EntryPointNotFoundException) { } // Not Mono: the system's search path is left.
        }

        private const int AlteredSearchPath = 8, Now = 2;

        [DllImport("kernel32", CharSet = CharSet.Unicode, ExactSpelling = true, EntryPoint = "LoadLibraryExW")]
        private static extern IntPtr LoadLibraryEx(string file, IntPtr reserved, int flags);

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlopen(string file, int flags);

        [DllImport("__Internal")]
        private static extern void mono_dllmap_insert(IntPtr assembly, string name, string function, string file, string target);
    }

    /// <summary>A call failed; Message says what to do about it.</summary>
    public class ErpTokenException : Exception
    {
        public ErpTokenException(ErpTokenStatus status, string message) : base(message)
        {
            Status = status;
            ServerCode = "";
        }

        public ErpTokenStatus Status { get; private set; }

        /// <summary>The HTTP status; 0: no answer came.</summary>
        public int HttpStatus { get; private set; }

        /// <summary>The provider's own code; empty if it gave none.</summary>
        public string ServerCode { get; private set; }

        /// <summary>After what time to try again.</summary>
        public TimeSpan RetryAfter { get; private set; }

        /// <summary>Whether the same call may succeed later with nothing changed, and can do no harm.</summary>
        public bool IsRetryable { get; private set; }

        /// <summary>Throws unless the status is Ok: of the last failing call of this thread.</summary>
        public static void Check(int status)
        {
            if (status == 0) return;
            // None of these calls touches the last error.
            var text = ErpText.TryRead(ErpTokenNative.erptokenw_error_text);
            throw new ErpTokenException((ErpTokenStatus)status, text)
            {
                HttpStatus = ErpTokenNative.erptokenw_error_http_status(),
                ServerCode = ErpText.TryRead(ErpTokenNative.erptokenw_error_server_code),
                RetryAfter = TimeSpan.FromSeconds(ErpTokenNative.erptokenw_error_retry_after()),
                IsRetryable = ErpTokenNative.erptokenw_error_retryable() != 0
            };
        }
    }

    internal static class ErpStep
    {
        /// <summary>All of a call on one thread, as Task.Run does, which .NET 4.0 lacks.</summary>
        internal static Task<T> Run<T>(Func<T> call, CancellationToken cancel)
        {
            return Task.Factory.StartNew(call, cancel, TaskCreationOptions.None, TaskScheduler.Default);
        }
    }

    internal delegate int ErpTextCall(char[] buffer, ref int length);

    internal static class ErpText
    {
        private const int Guess = 1500; // Holds nearly every token, and every error text.

        /// <summary>A text for the library, where it would end at a NUL: a password would be another one.</summary>
        internal static string Whole(string text)
        {
            if (text != null && text.IndexOf('\0') >= 0)
                throw new ErpTokenException(ErpTokenStatus.Encoding, "A text has a NUL in it: mend it where it comes from.");
            return text;
        }

        internal static int Read(ErpTextCall call, out string text)
        {
            int status, capacity = Guess;
            text = "";
            do
            {
                var buffer = new char[capacity];
                int length = capacity;
                status = call(buffer, ref length);
                capacity = length;
                if (status == 0) text = new string(buffer, 0, length);
                Array.Clear(buffer, 0, buffer.Length);
            } while (status == (int)ErpTokenStatus.Buffer);
            return status;
        }

        internal static string Read(ErpTextCall call)
        {
            string text;
            ErpTokenException.Check(Read(call, out text));
            return text;
        }

        internal static string TryRead(ErpTextCall call)
        {
            string text;
            Read(call, out text);
            return text;
        }
    }

    /// <summary>A handle of the library; closed when nothing refers to it any more, at the latest.</summary>
    internal sealed class ErpSafeHandle : SafeHandle
    {
        internal ErpSafeHandle(int number) : base(IntPtr.Zero, true)
        {
            SetHandle(new IntPtr(number));
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        /// <summary>A number that was closed meanwhile is refused by the library, and means nothing else.</summary>
        internal int Number
        {
            get { return IsClosed ? 0 : handle.ToInt32(); }
        }

        protected override bool ReleaseHandle()
        {
            // One that a shutdown closed before is refused, and no harm done.
            ErpTokenNative.erptokenw_close(handle.ToInt32());
            return true;
        }
    }

    /// <summary>An answer to a request, whatever its HTTP status.</summary>
    public sealed class ErpResponse : IDisposable
    {
        private readonly ErpSafeHandle safe;

        internal ErpResponse(int handle)
        {
            safe = new ErpSafeHandle(handle);
        }

        /// <summary>For the functions of ErpTokenNative; keep the object alive meanwhile.</summary>
        public int Handle
        {
            get { return safe.Number; }
        }

        public int Status
        {
            get
            {
                int status = 0;
                ErpTokenException.Check(ErpTokenNative.erptokenw_response_status(Handle, ref status));
                GC.KeepAlive(this);
                return status;
            }
        }

        /// <summary>The body as text, from the character set that it declares.</summary>
        public string GetText()
        {
            var text = ErpText.Read((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_response_text(Handle, buffer, ref length));
            GC.KeepAlive(this);
            return text;
        }

        /// <summary>A header's value; null if there is none.</summary>
        public string GetHeader(string name)
        {
            return Find((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_response_header(Handle, ErpText.Whole(name), buffer, ref length));
        }

        /// <summary>A value of a JSON body ("/items/0/id"); null if there is none.</summary>
        public string GetField(string path)
        {
            return Find((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_response_field(Handle, ErpText.Whole(path), buffer, ref length));
        }

        /// <summary>The body as it came.</summary>
        public byte[] GetBytes()
        {
            var bytes = new byte[0];
            int length = 0;
            int status = ErpTokenNative.erptokenw_response_bytes(Handle, null, ref length);
            if (status == (int)ErpTokenStatus.Buffer)
            {
                bytes = new byte[length];
                status = ErpTokenNative.erptokenw_response_bytes(Handle, bytes, ref length);
            }
            ErpTokenException.Check(status);
            GC.KeepAlive(this);
            return bytes;
        }

        private string Find(ErpTextCall call)
        {
            string text;
            int status = ErpText.Read(call, out text);
            GC.KeepAlive(this);
            if (status == (int)ErpTokenStatus.NotFound) return null;
            ErpTokenException.Check(status);
            return text;
        }

        public void Dispose()
        {
            safe.Dispose();
        }
    }

    /// <summary>An account at a provider.</summary>
    public sealed class ErpAccount : IDisposable
    {
        private readonly ErpSafeHandle safe;

        static ErpAccount()
        {
            ErpTokenLibrary.Prepare();
        }

        /// <summary>"senior", "invoisys", "assine", or the absolute path of a profile.</summary>
        public ErpAccount(string provider)
        {
            int version = ErpTokenLibrary.Interface(), handle = 0;
            if (version / 1000 != ErpTokenNative.AbiVersion / 1000)
                throw new NotSupportedException("erptoken has another interface (" + version + ") than this program was made for");
            ErpTokenException.Check(ErpTokenNative.erptokenw_open(ErpText.Whole(provider), ref handle));
            safe = new ErpSafeHandle(handle);
        }

        /// <summary>For the functions of ErpTokenNative; keep the object alive meanwhile.</summary>
        public int Handle
        {
            get { return safe.Number; }
        }

        /// <summary>Sets an option; null or empty is the default.</summary>
        public string this[string option]
        {
            set
            {
                ErpTokenException.Check(ErpTokenNative.erptokenw_set(Handle, ErpText.Whole(option), ErpText.Whole(value)));
                GC.KeepAlive(this);
            }
        }

        /// <summary>The access token: at once from memory, else by a login or a refresh.</summary>
        public string GetToken()
        {
            return Read((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_get(Handle, buffer, ref length));
        }

        /// <summary>The header's value, "Bearer ...", ready to be sent.</summary>
        public string GetAuthorization()
        {
            return Read((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_authorization(Handle, buffer, ref length));
        }

        /// <summary>Gets a newer token now.</summary>
        public void Renew()
        {
            Do(ErpTokenNative.erptokenw_renew(Handle));
        }

        /// <summary>An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause
        /// is a permission.</summary>
        public bool Reject(string token)
        {
            int status = ErpTokenNative.erptokenw_reject(Handle, ErpText.Whole(token));
            if (status == (int)ErpTokenStatus.RefusedAgain) return false;
            Do(status);
            return true;
        }

        /// <summary>Revokes the token at the provider, then forgets it.</summary>
        public void Logout()
        {
            Do(ErpTokenNative.erptokenw_logout(Handle));
        }

        /// <summary>A field as text: "state", "expires_at", "source", ...</summary>
        public string GetInfo(string field)
        {
            return Read((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_info(Handle, ErpText.Whole(field), buffer, ref length));
        }

        /// <summary>A field as a number: "expires_in", "logins", ...</summary>
        public int GetInfoInt(string field)
        {
            int value = 0;
            Do(ErpTokenNative.erptokenw_info_int(Handle, ErpText.Whole(field), ref value));
            return value;
        }

        /// <summary>Whether this account may create application tokens.</summary>
        public bool IsAppAllowed()
        {
            int allowed = 0;
            Do(ErpTokenNative.erptokenw_app_check(Handle, ref allowed));
            return allowed != 0;
        }

        /// <summary>Creates an application token; its id.</summary>
        /// <param name="expires">A number of days ("365"), or an instant in RFC 3339 with its zone.</param>
        public string CreateApp(string expires)
        {
            // Once, with room for every id: a creation is never repeated blindly.
            var id = new char[ErpTokenNative.IdSize];
            int length = id.Length;
            Do(ErpTokenNative.erptokenw_app_create(Handle, ErpText.Whole(expires), id, ref length));
            return new string(id, 0, length);
        }

        /// <summary>An application token that was created here.</summary>
        public string GetAppToken(string id)
        {
            return Read((char[] buffer, ref int length) =>
                ErpTokenNative.erptokenw_app_get(Handle, ErpText.Whole(id), buffer, ref length));
        }

        /// <summary>The application tokens as JSON.</summary>
        public ErpResponse ListApps()
        {
            int response = 0;
            Do(ErpTokenNative.erptokenw_app_list(Handle, ref response));
            return new ErpResponse(response);
        }

        /// <summary>Revokes an application token and forgets it.</summary>
        public void RevokeApp(string id)
        {
            Do(ErpTokenNative.erptokenw_app_revoke(Handle, ErpText.Whole(id)));
        }

        /// <summary>Sends a request with the token on it, renewed and repeated once on 401.</summary>
        /// <param name="method">"GET", "POST" and so on.</param>
        /// <param name="url">Absolute, or beginning with "/" and then appended to the environment's API address.</param>
        /// <param name="headers">Lines of "Name: value", or null.</param>
        /// <param name="body">A text, sent as UTF-8, as JSON unless a header says otherwise; or null.</param>
        public ErpResponse Request(string method, string url, string headers = null, string body = null)
        {
            if (string.IsNullOrEmpty(body)) return Send(method, url, headers, null, 0);
            // A text with its NUL.
            return Send(method, url, headers, System.Text.Encoding.Unicode.GetBytes(ErpText.Whole(body) + "\0"), -1);
        }

        /// <summary>The same with bytes: a file, an XML in a character set of its own.</summary>
        public ErpResponse Request(string method, string url, string headers, byte[] body)
        {
            return Send(method, url, headers, body, body == null ? 0 : body.Length);
        }

        /// <summary>GetToken on a thread of the pool: a login takes its time. Cancelling keeps it from beginning; what has begun
        /// ends in its own time ("timeout_ms").</summary>
        public Task<string> GetTokenAsync(CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => GetToken(), cancel);
        }

        /// <summary>GetAuthorization, as GetTokenAsync does it.</summary>
        public Task<string> GetAuthorizationAsync(CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => GetAuthorization(), cancel);
        }

        /// <summary>Renew, as GetTokenAsync does it.</summary>
        public Task RenewAsync(CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => { Renew(); return true; }, cancel);
        }

        /// <summary>Logout, as GetTokenAsync does it.</summary>
        public Task LogoutAsync(CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => { Logout(); return true; }, cancel);
        }

        /// <summary>Request, as GetTokenAsync does it. Once it has begun it may have been carried out.</summary>
        public Task<ErpResponse> RequestAsync(string method, string url, string headers = null, string body = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => Request(method, url, headers, body), cancel);
        }

        /// <summary>The same with bytes.</summary>
        public Task<ErpResponse> RequestAsync(string method, string url, string headers, byte[] body,
            CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => Request(method, url, headers, body), cancel);
        }

        /// <summary>Diagnose, as GetTokenAsync does it.</summary>
        public Task<ErpResponse> DiagnoseAsync(CancellationToken cancel = default(CancellationToken))
        {
            return ErpStep.Run(() => Diagnose(), cancel);
        }

        /// <summary>A report for support, without secrets.</summary>
        public ErpResponse Diagnose()
        {
            int response = 0;
            Do(ErpTokenNative.erptokenw_diagnose(Handle, ref response));
            return new ErpResponse(response);
        }

        public void Dispose()
        {
            safe.Dispose();
        }

        private ErpResponse Send(string method, string url, string headers, byte[] body, int length)
        {
            int response = 0;
            Do(ErpTokenNative.erptokenw_request(Handle, ErpText.Whole(method), ErpText.Whole(url), ErpText.Whole(headers),
                body, length, ref response));
            return new ErpResponse(response);
        }

        private string Read(ErpTextCall call)
        {
            var text = ErpText.Read(call);
            GC.KeepAlive(this);
            return text;
        }

        private void Do(int status)
        {
            ErpTokenException.Check(status);
            GC.KeepAlive(this);
        }
    }

    /// <summary>A line of the log: 1 error, 2 warning, 3 information, 4 debug.</summary>
    public delegate void ErpLogHandler(int level, string line);

    /// <summary>What concerns the whole process.</summary>
    public static class ErpProcess
    {
        // By the number that the library gives back, which never means another. The function that it calls is one, and is
        // never collected: a handler may be removed on one thread while another adds it again.
        private static readonly Dictionary<long, ErpLogHandler> Listeners = new Dictionary<long, ErpLogHandler>();
        private static readonly ErpTokenLogLine Told = Tell;
        private static long lastKey;

        static ErpProcess()
        {
            ErpTokenLibrary.Prepare();
        }

        public static string Version
        {
            get { return ErpText.Read(ErpTokenNative.erptokenw_version); }
        }

        /// <summary>Sets an option of the process, or the default of an account option.</summary>
        public static void Configure(string option, string value)
        {
            ErpTokenException.Check(ErpTokenNative.erptokenw_configure(ErpText.Whole(option), ErpText.Whole(value)));
        }

        /// <summary>What is wrong with a profile, and what it would send; nothing is sent.</summary>
        public static ErpResponse CheckProfile(string path)
        {
            int response = 0;
            ErpTokenException.Check(ErpTokenNative.erptokenw_check_profile(ErpText.Whole(path), ref response));
            return new ErpResponse(response);
        }

        /// <summary>Adds, changes or (level 0) removes a listener. It runs on threads that are inside a call.</summary>
        public static void Log(ErpLogHandler handler, int level)
        {
            if (handler == null) throw new ArgumentNullException("handler");
            long key = 0;
            bool isNew, isLost;
            lock (Listeners)
            {
                foreach (var known in Listeners)
                    if (known.Value == handler) key = known.Key;
                isNew = key == 0;
                if (isNew) Listeners.Add(key = ++lastKey, handler);
                if (level == 0) Listeners.Remove(key);
            }
            // Under no lock: a handler that is removed is waited for.
            int status = ErpTokenNative.erptokenw_log(Told, new IntPtr(key), level);
            lock (Listeners)
            {
                if (status != 0 && level == 0 && !isNew) Listeners[key] = handler;
                else if (status != 0 && isNew) Listeners.Remove(key);
                isLost = status == 0 && level != 0 && !Listeners.ContainsKey(key);
            }
            if (isLost) ErpTokenNative.erptokenw_log(Told, new IntPtr(key), 0); // Removed meanwhile.
            ErpTokenException.Check(status);
        }

        private static void Tell(int level, string line, IntPtr key)
        {
            try
            {
                ErpLogHandler handler;
                lock (Listeners) Listeners.TryGetValue(key.ToInt64(), out handler);
                if (handler != null) handler(level, line);
            }
            catch (Exception) { } // None may cross the library.
        }

        /// <summary>Closes every handle and wipes every token: for the program, not for a plugin.</summary>
        public static void Shutdown()
        {
            ErpTokenException.Check(ErpTokenNative.erptokenw_shutdown());
        }
    }

#if !ERPTOKEN_NO_HTTP
    /// <summary>
    /// Puts the account's token on the requests of an HttpClient; renews it and repeats the request once on 401.
    /// </summary>
    /// <example>new HttpClient(new ErpTokenHandler(account, "platform.senior.com.br"))</example>
    public class ErpTokenHandler : DelegatingHandler
    {
        private readonly ErpAccount account;
        private readonly HashSet<string> hosts;

        /// <param name="account">Stays the caller's.</param>
        /// <param name="hosts">The hosts that the token may go to, by https; loopback also by http. Redirects are not
        /// followed.</param>
        public ErpTokenHandler(ErpAccount account, params string[] hosts) 
            : base(new HttpClientHandler { AllowAutoRedirect = false })
        {
            if (account == null) throw new ArgumentNullException("account");
            this.account = account;
            this.hosts = new HashSet<string>(hosts, StringComparer.OrdinalIgnoreCase);
        }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancel)
        {
            var url = request.RequestUri;
            bool trusted = hosts.Contains(url.Host) && (url.Scheme == "https" || url.IsLoopback);
            if (!trusted)
                throw new ErpTokenException(ErpTokenStatus.Insecure,
                    "the token may not go to " + url.Scheme + "://" + url.Host + ": name the host when the handler is made");
            // What is sent twice must be there twice.
            if (request.Content != null) await request.Content.LoadIntoBufferAsync().ConfigureAwait(false);

            string value = await Put(request, cancel).ConfigureAwait(false);
            var response = await base.SendAsync(request, cancel).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized || !account.Reject(value)) return response;
            response.Dispose();
            await Put(request, cancel).ConfigureAwait(false);
            return await base.SendAsync(request, cancel).ConfigureAwait(false);
        }

        private async Task<string> Put(HttpRequestMessage request, CancellationToken cancel)
        {
            // A login takes its time: not on a thread that draws a window.
            string value = await account.GetAuthorizationAsync(cancel).ConfigureAwait(false);
            string name = account.GetInfo("header_name");
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
            return value;
        }
    }
#endif
}
