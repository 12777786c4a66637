// erptoken 0.1.0 for .NET (Framework 4 and newer, .NET, Mono): declarations generated from the library's source, and
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
        /// <summary>It worked.</summary>
        Ok = 0,

        /// <summary>An argument is null, negative or malformed. Not worth repeating.</summary>
        Argument = -1001,

        /// <summary>The handle is closed, was never opened, is of another kind, or of the parent process. Not worth
        /// repeating.</summary>
        Handle = -1002,

        /// <summary>The buffer is too small: *length says what is needed, call again. The last error is left as it
        /// is.</summary>
        Buffer = -1003,

        /// <summary>A text is not UTF-16. Not worth repeating.</summary>
        Encoding = -1004,

        /// <summary>Called from inside the log callback. Not worth repeating.</summary>
        Reentrant = -1005,

        /// <summary>Too many open handles, or an answer above max_response_bytes. Not worth repeating.</summary>
        Limit = -1006,

        /// <summary>Unknown provider, or a profile that cannot be read or is not valid. Not worth
        /// repeating.</summary>
        Provider = -2001,

        /// <summary>Unknown option or field, or a bad value. Not worth repeating.</summary>
        Option = -2002,

        /// <summary>A required option is not set: the text names it. Not worth repeating.</summary>
        Missing = -2003,

        /// <summary>This provider, or this build, has no such operation. Not worth repeating.</summary>
        Unsupported = -2004,

        /// <summary>Plain http without allow_http, or a host the token may not go to. Not worth repeating.</summary>
        Insecure = -2005,

        /// <summary>The store that the program named cannot be used. Not worth repeating.</summary>
        Store = -2006,

        /// <summary>Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth
        /// repeating.</summary>
        Network = -3001,

        /// <summary>The caller's time ran out. Worth repeating.</summary>
        Timeout = -3002,

        /// <summary>TLS handshake or certificate: the text names the certificate and the cause. Not worth
        /// repeating.</summary>
        Tls = -3003,

        /// <summary>The proxy refused, or wants a login (407). Not worth repeating.</summary>
        Proxy = -3004,

        /// <summary>User, password or key refused. Not worth repeating.</summary>
        Credentials = -4001,

        /// <summary>A second factor is wanted: set mfa_code and ask again. Not worth repeating.</summary>
        Mfa = -4002,

        /// <summary>The provider wants the password changed first. Not worth repeating.</summary>
        PasswordChange = -4003,

        /// <summary>The account may not do this. Not worth repeating.</summary>
        Forbidden = -4004,

        /// <summary>No such application token, header or field. Not worth repeating.</summary>
        NotFound = -4005,

        /// <summary>The provider, or this library's own lockout guard (server code "guard"), says wait. Worth
        /// repeating.</summary>
        RateLimited = -4006,

        /// <summary>The provider failed (5xx). Worth repeating.</summary>
        Server = -4007,

        /// <summary>The answer is not what the profile describes: HTML, no token, bad JSON. Worth
        /// repeating.</summary>
        Response = -4008,

        /// <summary>From erptokenw_reject only: this token already replaced one refused less than 60 s ago. It is
        /// kept. Not worth repeating.</summary>
        RefusedAgain = -4009,

        /// <summary>A bug in this library, caught. Not worth repeating.</summary>
        Internal = -9001    }

    /// <summary>Receives one line of the log: when, how bad, which process, which account, what, how long, in the
    /// "language" of the process. `line` is NUL-terminated UTF-16 without line ends, and lives until the callback
    /// returns.</summary>
    /// <remarks>It is called on a thread of the program that is inside a call of this library, just before that call
    ///   returns; by several threads at once if several are inside calls. No lock is held and the floating-point
    ///   state is the program's. Inside it every function but the pure and the erptokenw_error_ ones is
    ///   ErpTokenStatus.Reentrant. It must return: no longjmp, and no exception may leave it.</remarks>
    [UnmanagedFunctionPointer(CallingConvention.Winapi, CharSet = CharSet.Unicode)]
    public delegate void ErpTokenLogLine(int level, string line, IntPtr user_data);

    /// <summary>The functions of the library, as they are.</summary>
    public static class ErpTokenNative
    {
        internal const string Library = "erptoken";

        // Runs before the first call.
        static ErpTokenNative()
        {
            ErpTokenLibrary.Prepare();
        }

        /// <summary>The ABI's version: major * 1000 + number of additions. Compare with
        /// erptokenw_abi_version().</summary>
        public const int AbiVersion = 1001;

        /// <summary>Capacity that holds every id of an application token, its NUL included.</summary>
        public const int IdSize = 65;

        /// <summary>Opens an account at a provider. Sends nothing.</summary>
        /// <param name="provider">"senior", "invoisys", "assine", or the absolute path of a profile ending in
        ///   ".json". A profile decides where passwords go: treat the file as code.</param>
        /// <param name="account">Receives the handle, greater than 0. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument (null); ErpTokenStatus.Encoding;
        ///   ErpTokenStatus.Provider (unknown name, or a profile that cannot be read or is not valid: the text says
        ///   where); ErpTokenStatus.Limit (no memory for one more handle; 2,096,128 can be open).</returns>
        /// <remarks>Threads: any. Lifetime: until erptokenw_close or erptokenw_shutdown; closing early costs nothing,
        ///   because tokens are cached for the whole process and not in the handle. In the child of a fork the
        ///   parent's handles are ErpTokenStatus.Handle: open accounts after forking.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_open(string provider, ref int account);

        /// <summary>Sets one option of an account. Sends nothing; the next call works with the new value.</summary>
        /// <param name="account">From erptokenw_open.</param>
        /// <param name="option">Name of the option, such as "username" (README.md has the table).</param>
        /// <param name="value">The value as text, copied before the call returns. null or "": back to the
        ///   default.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument (option is null); ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.Option (unknown option, or a value that is not usable: the text
        ///   says what it must be); ErpTokenStatus.Unsupported ("token" = "application" at a provider that has no
        ///   application tokens).</returns>
        /// <remarks>Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens
        ///   of this handle, so that no mixed pair is ever sent. A changed password makes another identity: it is
        ///   tried at once. "client_certificate", "client_key" and "client_certificate_password" belong together and
        ///   may be set in any order. The files are read when they are set. The call that makes them contradict each
        ///   other (a wrong password, a key of another certificate) answers ErpTokenStatus.Option and sets its value
        ///   all the same, and so does every call that needs the certificate, without sending anything, until one of
        ///   them is set to what fits. Threads: any; calls of other threads that run at this moment finish with the
        ///   old value.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_set(int account, string option, string value);

        /// <summary>Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other
        /// accounts.</summary>
        /// <param name="handle">The handle; 0 is nothing and OK.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Handle (closed already, never opened, or of the parent
        ///   process).</returns>
        /// <remarks>Threads: any. A call that uses the handle at this moment on another thread finishes or returns
        ///   ErpTokenStatus.Handle. Nothing is revoked at the provider: erptokenw_logout does that.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_close(int handle);

        /// <summary>Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it
        /// is refused).</summary>
        /// <param name="account">From erptokenw_open, with the options that the provider's login needs.</param>
        /// <param name="buffer">Receives the token, NUL-terminated. May be null with a length of 0, to ask for the
        ///   size.</param>
        /// <param name="length">In: capacity of the buffer in 16-bit units, the NUL included. Out: on
        ///   ErpTokenStatus.Ok the token's length without the NUL, on ErpTokenStatus.Buffer the capacity needed; else
        ///   left as it is.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer (the buffer holds an empty text; the token is kept: call
        ///   again, in a loop, because a renewed token may be longer); ErpTokenStatus.Argument;
        ///   ErpTokenStatus.Handle; ErpTokenStatus.Missing; ErpTokenStatus.Option; ErpTokenStatus.Unsupported;
        ///   ErpTokenStatus.Insecure; ErpTokenStatus.Network; ErpTokenStatus.Timeout; ErpTokenStatus.Tls;
        ///   ErpTokenStatus.Proxy; ErpTokenStatus.Credentials; ErpTokenStatus.Mfa; ErpTokenStatus.PasswordChange;
        ///   ErpTokenStatus.Forbidden; ErpTokenStatus.NotFound; ErpTokenStatus.RateLimited; ErpTokenStatus.Server;
        ///   ErpTokenStatus.Response.</returns>
        /// <remarks>Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and
        ///   renewed behind the caller well before: call this for every request instead of keeping the token. One
        ///   that the provider sends without a life is handed out for 10 s, in which nothing is sent. Threads: any;
        ///   all who ask while a renewal runs wait for that one and share its result.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_get(int account, [In, Out] char[] buffer, ref int length);

        /// <summary>Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready
        /// to be sent.</summary>
        /// <param name="account">As for erptokenw_get.</param>
        /// <param name="buffer">Receives the value, NUL-terminated.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>As erptokenw_get.</returns>
        /// <remarks>The header's name is the field "header_name" of erptokenw_info: "Authorization" for the built-in
        ///   providers. Do not let the HTTP component encode the value again: "Bearer%20..." is refused. Threads:
        ///   any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_authorization(int account, [In, Out] char[] buffer, ref int length);

        /// <summary>Gets a newer token now, whatever is left of the current one.</summary>
        /// <param name="account">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok, also when nothing was sent because the identity's last request is less than 10
        ///   s old, or the profile's credentials are a fixed key; else as erptokenw_get. While a failure is
        ///   remembered the call returns it and sends nothing.</returns>
        /// <remarks>Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_renew(int account);

        /// <summary>Reports that an API refused a token (401): the next erptokenw_get brings another one. Sends
        /// nothing.</summary>
        /// <param name="account">The account that gave the token.</param>
        /// <param name="token">The token that was refused, from erptokenw_get or erptokenw_authorization. If it is no
        ///   longer the current one, a newer one exists already and nothing is dropped: a late report costs
        ///   nothing.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.RefusedAgain (this token already replaced one refused less than
        ///   60 s ago, or it is a fixed key or an import that nothing can renew: it is kept, the cause is a
        ///   permission of that API); ErpTokenStatus.Argument (null or empty); ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.Missing; ErpTokenStatus.Option;
        ///   ErpTokenStatus.Unsupported.</returns>
        /// <remarks>Another process may have got the token: one that has none looks into the "store" first. Threads:
        ///   any; a thousand threads that report the same token cause one renewal.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_reject(int account, string token);

        /// <summary>Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot
        /// be reached.</summary>
        /// <param name="account">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok, also where the provider has no such operation, the token is dead already or
        ///   there is none; ErpTokenStatus.Handle; ErpTokenStatus.Missing; ErpTokenStatus.Store (revoked, but what
        ///   the store has of it could not be removed: call again); else what kept the provider from revoking it, as
        ///   erptokenw_get.</returns>
        /// <remarks>Some providers hand the same token to every login of a user: revoking it then ends the sessions
        ///   of other programs too. Closing the account is enough in most cases. Threads: any; waits "timeout_ms" at
        ///   most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_logout(int account);

        /// <summary>Reads one field of the account as text. Sends nothing.</summary>
        /// <param name="account">From erptokenw_open.</param>
        /// <param name="field">"provider", "username", "token_type", "scope", "header_name"; "state": "none",
        ///   "fresh", "ageing" (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried
        ///   again), "refused" (credentials), "action" (a person must act); "source" of the token: "login",
        ///   "refresh", "memory" (of this process), "store", "import"; "last_error": a status name or empty; instants
        ///   in RFC 3339, UTC: "expires_at", "obtained_at", "renew_at". The fields of erptokenw_info_int too. Of what
        ///   never ends "expires_at" and "renew_at" are empty; "header_name" is, where the token goes in no
        ///   header.</param>
        /// <param name="buffer">Receives the text, NUL-terminated; empty while there is no token.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.Option (unknown field: the text lists the known ones).</returns>
        /// <remarks>Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_info(int account, string field, [In, Out] char[] buffer, ref int length);

        /// <summary>Reads one field of the account as a number. Sends nothing.</summary>
        /// <param name="account">From erptokenw_open.</param>
        /// <param name="field">"expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for
        ///   what never ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits",
        ///   "failures", which stop at 2147483647.</param>
        /// <param name="value">Receives the number, 0 or more. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument; ErpTokenStatus.Handle; ErpTokenStatus.Encoding;
        ///   ErpTokenStatus.Option (unknown field, or one that is a text).</returns>
        /// <remarks>Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_info_int(int account, string field, ref int value);

        /// <summary>Says whether this account may create application tokens (assine.online: a business account,
        /// "PJ").</summary>
        /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token"
        ///   says.</param>
        /// <param name="allowed">Receives 1 (may) or 0 (may not). Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Unsupported (the provider has no application tokens);
        ///   ErpTokenStatus.Argument; ErpTokenStatus.Handle; ErpTokenStatus.Forbidden (a new session token is refused
        ///   too); else as erptokenw_get.</returns>
        /// <remarks>Threads: any; waits "timeout_ms" at most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_app_check(int account, ref int allowed);

        /// <summary>Creates an application token. The provider shows it this once: the library keeps it, in the store
        /// that erptokenw_configure names, else until the process ends or erptokenw_shutdown. erptokenw_app_get gives
        /// it.</summary>
        /// <param name="account">From erptokenw_open, with "password": it is sent again. The session token is used,
        ///   whatever the option "token" says.</param>
        /// <param name="expires">How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its
        ///   zone ("2027-01-31T23:59:00-03:00"). 3650 days at most.</param>
        /// <param name="id">Receives the id, NUL-terminated.</param>
        /// <param name="length">In: capacity, ErpTokenNative.IdSize at least: a smaller one is ErpTokenStatus.Buffer
        ///   before anything is sent. Out: on ErpTokenStatus.Ok the id's length without the NUL, on
        ///   ErpTokenStatus.Buffer ErpTokenNative.IdSize.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer (nothing was sent); ErpTokenStatus.Argument (expires
        ///   without zone, in the past, or not taken by the provider); ErpTokenStatus.Credentials (the password is
        ///   refused); ErpTokenStatus.Missing (no password is set); ErpTokenStatus.Store (before anything was sent;
        ///   or after it: then the text tells the id, and erptokenw_app_get gives the token until the process ends);
        ///   ErpTokenStatus.Forbidden (not a business account); ErpTokenStatus.Limit (1000 living ones are kept for
        ///   this account: nothing was sent); ErpTokenStatus.Unsupported; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; else as erptokenw_get.</returns>
        /// <remarks>Never repeated blindly: when it is not known whether a token was created (no answer, or one that
        ///   cannot be understood), the text says so; look with erptokenw_app_list before creating another one. Each
        ///   refused password counts for the lockout guard, as one refused at a login does. Threads: any; waits
        ///   "timeout_ms" at most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_app_create(int account, string expires, [In, Out] char[] id, ref int length);

        /// <summary>Gets an application token that this library created and keeps. Sends nothing, unless the password
        /// is another one than the provider took last from this user: then it logs in first, and a refused one gets
        /// nothing.</summary>
        /// <param name="account">From erptokenw_open, of the user who created the token.</param>
        /// <param name="id">The id, from erptokenw_app_create or erptokenw_app_list.</param>
        /// <param name="buffer">Receives the token, NUL-terminated.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.NotFound (it was never here, was revoked
        ///   or has expired: no provider shows a token twice); ErpTokenStatus.Argument; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.Missing; ErpTokenStatus.Option; ErpTokenStatus.Store;
        ///   ErpTokenStatus.Unsupported; where it logs in, else as erptokenw_get.</returns>
        /// <remarks>Threads: any; waits "timeout_ms" at most, where it logs in.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_app_get(int account, string id, [In, Out] char[] buffer, ref int length);

        /// <summary>Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
        /// {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}</summary>
        /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token"
        ///   says.</param>
        /// <param name="response">Receives a handle, to be read with the erptokenw_response functions ("/count",
        ///   "/tokens/0/id") and closed with erptokenw_close. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Unsupported; ErpTokenStatus.Argument; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Limit (a list that does not end, or too many open handles); ErpTokenStatus.Forbidden (a
        ///   new session token is refused too); ErpTokenStatus.Store; else as erptokenw_get.</returns>
        /// <remarks>"expires_at" is empty where the provider does not say. "stored" is 1 for those that
        ///   erptokenw_app_get gives. The list is the provider's: at assine.online session tokens are in it too, this
        ///   account's own among them. To revoke all of the program's own, revoke those with "stored" 1. Threads:
        ///   any; waits "timeout_ms" at most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_app_list(int account, ref int response);

        /// <summary>Revokes an application token at the provider and forgets it.</summary>
        /// <param name="account">From erptokenw_open. The session token is used, whatever the option "token"
        ///   says.</param>
        /// <param name="id">The id, from erptokenw_app_create or erptokenw_app_list.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.NotFound (the provider knows no such token: it is already gone,
        ///   and forgotten here too); ErpTokenStatus.Argument (an id that cannot be one: nothing was sent);
        ///   ErpTokenStatus.Store (revoked, but the store could not be changed); ErpTokenStatus.Forbidden;
        ///   ErpTokenStatus.Unsupported; ErpTokenStatus.Handle; ErpTokenStatus.Encoding; else as
        ///   erptokenw_get.</returns>
        /// <remarks>Threads: any; waits "timeout_ms" at most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_app_revoke(int account, string id);

        /// <summary>Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the
        /// token is refused.</summary>
        /// <param name="account">From erptokenw_open, with the options that the provider's login needs.</param>
        /// <param name="method">"GET", "POST" and so on.</param>
        /// <param name="url">Absolute, or beginning with "/" and then appended to the environment's API address. What
        ///   is not visible ASCII in it must be percent-encoded.</param>
        /// <param name="headers">"Name: value" lines, or null. Authorization, Host, Content-Length, Transfer-Encoding
        ///   and others that say where a message ends are set by the library.</param>
        /// <param name="body">The body, or null. It is not copied: leave it alone until the call returns.</param>
        /// <param name="body_length">Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI),
        ///   sent as UTF-8, as application/json if the headers name no content type.</param>
        /// <param name="response">Receives a handle, to be closed with erptokenw_close. Left as it is when the call
        ///   fails.</param>
        /// <returns>ErpTokenStatus.Ok for any answer, whatever its HTTP status; ErpTokenStatus.Argument (a url,
        ///   method, header or length that cannot be sent, or a body that is no JSON object where the profile puts
        ///   credentials into it); ErpTokenStatus.Handle; ErpTokenStatus.Encoding; ErpTokenStatus.Limit (the answer
        ///   is above "max_response_bytes", or there is no memory for one more handle); ErpTokenStatus.Insecure
        ///   (plain http, or a host that is neither of the chosen environment nor in "api_hosts": nothing was sent);
        ///   ErpTokenStatus.Network; ErpTokenStatus.Timeout; ErpTokenStatus.Tls; ErpTokenStatus.Proxy;
        ///   ErpTokenStatus.Response (what came is not HTTP); or what kept the token from being had or renewed, as
        ///   erptokenw_get.</returns>
        /// <remarks>A repeated request has its body again. A token refused twice is not renewed again: the second
        ///   answer is the response. Redirects are not followed: they are responses, and the token would go with
        ///   them. "timeout_ms" covers all of it. When no answer came to a POST, nobody knows whether it was carried
        ///   out: look before you send it again (erptokenw_error_retryable says so too). Threads: any; sent on the
        ///   caller's thread. The connection is kept for the next request to the same host.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_request(int account, string method, string url, string headers, byte[] body, int body_length, ref int response);

        /// <summary>Reads the HTTP status of a response.</summary>
        /// <param name="response">From erptokenw_request, erptokenw_app_list, erptokenw_diagnose or
        ///   erptokenw_check_profile.</param>
        /// <param name="http_status">Receives the status, 100 to 999. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument; ErpTokenStatus.Handle.</returns>
        /// <remarks>Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_response_status(int response, ref int http_status);

        /// <summary>Reads a header of a response.</summary>
        /// <param name="response">As for erptokenw_response_status.</param>
        /// <param name="name">The header's name, in any case.</param>
        /// <param name="buffer">Receives the value, NUL-terminated; of several headers of that name all, with ", "
        ///   between them.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.NotFound (no such header).</returns>
        /// <remarks>Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_response_header(int response, string name, [In, Out] char[] buffer, ref int length);

        /// <summary>Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1,
        /// Windows-1252.</summary>
        /// <param name="response">As for erptokenw_response_status.</param>
        /// <param name="buffer">Receives the text, NUL-terminated, whatever the character set of the server.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument; ErpTokenStatus.Handle;
        ///   ErpTokenStatus.Response (another character set: read the bytes).</returns>
        /// <remarks>A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A
        ///   byte order mark at the beginning is left out. A NUL inside the text counts in the length. Threads:
        ///   any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_response_text(int response, [In, Out] char[] buffer, ref int length);

        /// <summary>Reads one value of a JSON body.</summary>
        /// <param name="response">As for erptokenw_response_status.</param>
        /// <param name="path">JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.</param>
        /// <param name="buffer">Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a
        ///   number, true, false, null, an object or a list as its JSON stands in the body.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument (the path is neither empty nor
        ///   begins with "/"); ErpTokenStatus.Handle; ErpTokenStatus.Encoding; ErpTokenStatus.NotFound (nothing is
        ///   there: a loop over "/items/0", "/items/1" ends so); ErpTokenStatus.Response (the body is not
        ///   JSON).</returns>
        /// <remarks>The body is read in place: a loop over a large list goes on where the call before it was.
        ///   Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_response_field(int response, string path, [In, Out] char[] buffer, ref int length);

        /// <summary>Reads the body of a response as bytes, with no NUL behind them.</summary>
        /// <param name="response">As for erptokenw_response_status.</param>
        /// <param name="buffer">Receives the bytes; nothing is written when it is too small. May be null with a
        ///   length of 0.</param>
        /// <param name="length">In: capacity in bytes. Out: on ErpTokenStatus.Ok the body's bytes, on
        ///   ErpTokenStatus.Buffer the capacity needed, which is the same number; else left as it is.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument;
        ///   ErpTokenStatus.Handle.</returns>
        /// <remarks>Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_response_bytes(int response, [In, Out] byte[] buffer, ref int length);

        /// <summary>Sets an option of the process, or the default of an account option for accounts opened
        /// later.</summary>
        /// <param name="option">"background" ("1"; "0": the library never starts a thread, the caller runs the
        ///   renewal), "language" ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the
        ///   log is written to), "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to
        ///   4; "information"), "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096),
        ///   "store" and "store_key" (see below), or an account option that is not a credential, such as
        ///   "timeout_ms".</param>
        /// <param name="value">The value as text. null or "": back to the default.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument; ErpTokenStatus.Encoding; ErpTokenStatus.Option;
        ///   ErpTokenStatus.Store; ErpTokenStatus.Unsupported (of another build or system).</returns>
        /// <remarks>The language is that of every error text from the next failing call on, on all threads, also
        ///   where an earlier failure is told again; a text that is already there stays as it is. It outlives
        ///   erptokenw_shutdown and fork. Not translated: names of statuses and options, the words of a provider, and
        ///   what is wrong inside a profile. The log's file is made for its owner alone if it is not there; links are
        ///   refused. At 4 MiB it is renamed to "name.1", those before it to "name.2" and so on up to "name.4". Each
        ///   line is one write, so several processes may share it. What cannot be written later is counted, and told
        ///   in the file when it can be again. erptokenw_shutdown ends the file too. Where the program sets neither
        ///   "log_file" nor "log_level", the environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL count, read at
        ///   the first call; never in a set-user-ID program. "store": where tokens and the memory of refused logins
        ///   are. "memory" (default): nothing is ever written to disk. "file:" and the absolute path of a folder: all
        ///   processes of one user share them, and the next one starts with them. The folder is made for its owner
        ///   alone if it is not there; one that is a link, another user's, open to others, or that cannot be written
        ///   or locked is ErpTokenStatus.Store, here and at the first call that needs a token. What fails later costs
        ///   the sharing and no token: the process goes on with its memory, and the log says so.
        ///   "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all
        ///   machines with the same server and "store_key" share them. A build without the cargo feature redis
        ///   returns ErpTokenStatus.Unsupported. A server that refuses is ErpTokenStatus.Store here; while one is
        ///   away, memory goes on. "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the
        ///   path of a file that holds them and is its owner's alone (read now: ErpTokenStatus.Option if it cannot
        ///   be, ErpTokenStatus.Store if others may); on Windows "dpapi:machine", and without the option a key of the
        ///   user's own. Elsewhere, and for a Redis server, a store without a key is ErpTokenStatus.Missing at the
        ///   first call that needs a token. The first call that needs a token fixes both, until erptokenw_shutdown:
        ///   another value is ErpTokenStatus.Option then. A child of a fork starts with everything that its parent
        ///   has set. Threads: any.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_configure(string option, string value);

        /// <summary>Adds a log callback, changes its level, or removes it.</summary>
        /// <param name="callback">Called with one line at a time.</param>
        /// <param name="user_data">Given back to the callback; with it, it is what tells callbacks apart.</param>
        /// <param name="level">1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the
        ///   callback: when this call returns ErpTokenStatus.Ok it does not run and will not run again; OK too if it
        ///   was not there.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Argument (null, or no level); ErpTokenStatus.Limit (16
        ///   callbacks are there); ErpTokenStatus.Timeout (level 0: it is removed, but still runs on another thread
        ///   after 30 s).</returns>
        /// <remarks>Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped,
        ///   and a line tells how many. No line ever holds a secret: no password, key, token or value of an option. A
        ///   user name is shown. erptokenw_shutdown removes every callback. A child of fork has its parent's
        ///   callbacks, and none of the lines that waited there. Threads: any. Do not remove a callback while holding
        ///   a lock that it takes.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_log(ErpTokenLogLine callback, IntPtr user_data, int level);

        /// <summary>Makes a report about an account and its way to the provider that a person can send to support. No
        /// secrets.</summary>
        /// <param name="account">From erptokenw_open; it need not be able to log in, nor have its options.</param>
        /// <param name="response">Receives a handle, to be read with the erptokenw_response functions and closed with
        ///   erptokenw_close. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok, whatever the report says: what is broken is in it; ErpTokenStatus.Argument;
        ///   ErpTokenStatus.Handle; ErpTokenStatus.Limit (no memory for one more handle).</returns>
        /// <remarks>The response is JSON. Its member "text" is the report for a person, in the "language" of the
        ///   process: read it with erptokenw_response_field(response, "/text", ...). The others are for a program:
        ///   "library", "time", "provider", "environment", "account" (user, names of the options set, missing ones),
        ///   "client_certificate" (where one is set: subject, issuer, from, until, key, kind), "token" (state, last
        ///   error), "store", "proxy", "dns", "tcp", "tls" (with the chain of certificates), "http", "clock"
        ///   ("ahead_s": the server's clock less this one) and "advice" (a list of "code" and "text"; empty: nothing
        ///   is wrong). A step that was not reached is not there. It looks the provider's host up, connects, looks at
        ///   its certificates and asks for no page in particular. Credentials and tokens are not sent, the token is
        ///   neither got nor changed. A client certificate that is set is shown to a server that asks for one and is
        ///   trusted. A user name is shown. Threads: any; waits "timeout_ms" at most.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_diagnose(int account, ref int response);

        /// <summary>Checks a profile, for its author: all problems of the file at once, and what it would send. Sends
        /// nothing.</summary>
        /// <param name="path">The absolute path of a profile ending in ".json", or "senior", "invoisys",
        ///   "assine".</param>
        /// <param name="response">Receives a handle, to be read with the erptokenw_response functions and closed with
        ///   erptokenw_close. Left as it is when the call fails.</param>
        /// <returns>ErpTokenStatus.Ok for any file that can be read, valid or not; ErpTokenStatus.Argument (null);
        ///   ErpTokenStatus.Encoding; ErpTokenStatus.Provider (unknown name, or a file that cannot be read: the text
        ///   says why); ErpTokenStatus.Limit (no memory for one more handle).</returns>
        /// <remarks>The response is JSON. Its member "text" is all of it for a person, in the "language" of the
        ///   process: read it with erptokenw_response_field(response, "/text", ...). The others are for a program:
        ///   "valid" (true or false), "name", "title", "problems" and "warnings" (lists of "line", "column", "place",
        ///   "text" and "hint"; a file with warnings alone is valid), "requests" (of a valid profile, in its usual
        ///   and its test environment: "environment", "operation", "needs", "method", "url", "headers" and "body",
        ///   with [name] in place of every value, such as [password], and [...] in place of what stands in the
        ///   profile itself under the name of a secret; "api" is a call of the program's own) and "values" (what is
        ///   computed, and of what). No value of an option is needed, or shown. Threads: any. Lifetime: of the
        ///   response, until erptokenw_close or erptokenw_shutdown.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_check_profile(string path, ref int response);

        /// <summary>Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under
        /// way, and removes every log callback after the last lines.</summary>
        /// <returns>ErpTokenStatus.Ok, also when there was nothing to end.</returns>
        /// <remarks>For the program that owns the process; a plugin closes its own accounts instead. The next call of
        ///   any function starts afresh. Calls that wait for a token on other threads return ErpTokenStatus.Handle.
        ///   Those that send something themselves (erptokenw_request, the erptokenw_app functions,
        ///   erptokenw_diagnose) end in their own time, and a response that one of them brings is to be closed. A log
        ///   callback that runs on another thread is waited for, 2 s at most: let it end before what it uses is
        ///   freed. Nothing is revoked at the providers. Threads: any, but not from DllMain.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_shutdown();

        /// <summary>Returns the ABI's version of the loaded library: major * 1000 + number of additions.</summary>
        /// <returns>The number itself, not a status. A program built against this header needs the same thousands and
        ///   at least ErpTokenNative.AbiVersion.</returns>
        /// <remarks>Threads: any; also from the log callback.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_abi_version();

        /// <summary>Reads the library's version, such as "0.1.0".</summary>
        /// <param name="buffer">Receives the text, NUL-terminated.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument.</returns>
        /// <remarks>Threads: any; also from the log callback.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_version([In, Out] char[] buffer, ref int length);

        /// <summary>Reads the name of a status, such as "ErpTokenStatus.Network".</summary>
        /// <param name="status">What a function returned.</param>
        /// <param name="buffer">Receives the name, NUL-terminated.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument (also for a number that is not
        ///   a status).</returns>
        /// <remarks>Threads: any; also from the log callback.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_status_name(int status, [In, Out] char[] buffer, ref int length);

        /// <summary>Says whether the same call may succeed later with nothing changed, as far as the number tells: of
        /// the failure itself erptokenw_error_retryable knows more.</summary>
        /// <param name="status">What a function returned.</param>
        /// <returns>1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed first.
        ///   Not a status.</returns>
        /// <remarks>Threads: any; also from the log callback.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_status_retryable(int status);

        /// <summary>Says what happened and what to do about it, in one sentence or two. Contains no secret.</summary>
        /// <param name="buffer">Receives the text in UTF-16, NUL-terminated; empty if no call of this thread failed
        ///   yet. 1201 units hold every text. In the language that erptokenw_configure had set when the call
        ///   failed.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument.</returns>
        /// <remarks>Threads: about the calling thread only. A call that succeeds changes nothing here.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_error_text([In, Out] char[] buffer, ref int length);

        /// <summary>Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this
        /// library's lockout guard.</summary>
        /// <param name="buffer">Receives the code, NUL-terminated; empty if the provider gave none.</param>
        /// <param name="length">As for erptokenw_get.</param>
        /// <returns>ErpTokenStatus.Ok; ErpTokenStatus.Buffer; ErpTokenStatus.Argument.</returns>
        /// <remarks>Threads: about the calling thread only.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_error_server_code([In, Out] char[] buffer, ref int length);

        /// <summary>Reads the HTTP status of the failure.</summary>
        /// <returns>The status, or 0 if no answer came. Not an ERPTOKEN status.</returns>
        /// <remarks>Threads: about the calling thread only.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_error_http_status();

        /// <summary>Says after how many seconds it makes sense to call again.</summary>
        /// <returns>Seconds; 0: at once, if erptokenw_error_retryable() says that it makes sense at all. Not an
        ///   ERPTOKEN status.</returns>
        /// <remarks>Threads: about the calling thread only.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_error_retry_after();

        /// <summary>Says whether the call that failed may be made again with nothing changed. It knows more than
        /// erptokenw_status_retryable: never so for a request that may have been carried out, such as a POST of
        /// erptokenw_request whose answer did not come. Look first whether it was.</summary>
        /// <returns>1: try again, after erptokenw_error_retry_after() seconds; 0: something must be changed or looked
        ///   at first, or no call of this thread failed yet. Not an ERPTOKEN status.</returns>
        /// <remarks>Threads: about the calling thread only.</remarks>
        [DllImport(Library, CharSet = CharSet.Unicode, ExactSpelling = true)]
        public static extern int erptokenw_error_retryable();    }

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
