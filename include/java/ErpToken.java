// erptoken 0.1.0 for Java 8 and newer, by JNA 5: declarations generated from the library's source, and around them a
// class that throws exceptions. Copy this file into your source as erptoken/ErpToken.java, or take the jar (package and
// Maven coordinates: erptoken), which holds its classes and the libraries; JNA (net.java.dev.jna:jna) is its dependency.
//
//     try (ErpToken account = new ErpToken("senior")) {
//         account.set("username", "admin@empresa.com.br").set("password", "senhaUsuario");
//         connection.setRequestProperty("Authorization", account.authorization());
//     }
//
// The library is what the property erptoken.library names (-Derptoken.library=/opt/erp/liberptoken.so.1); else the
// resource for this system, in JNA's names: win32-x86/erptoken.dll, win32-x86-64/erptoken.dll, linux-x86-64/liberptoken.so,
// linux-aarch64/liberptoken.so; else what jna.library.path and the system find.
//
// Any object may be used from any thread. A failing call and the reading of its error are one step on one thread here.
// Ask for the token before every request instead of keeping it. Close what you open: nothing else closes it.
//
// Run on OpenJDK 17 (compiled for Java 8) with JNA 5.13, Linux x86-64. Not run: Java 8 itself, Windows, virtual threads.
package erptoken;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An account at a provider; what concerns the whole process is static. */
public final class ErpToken implements AutoCloseable {
    /** The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version(). */
    public static final int ABI_VERSION = 1001;

    /** Capacity that holds every id of an application token, its NUL included. */
    public static final int ID_SIZE = 65;

    /** It worked. */
    public static final int OK = 0;

    /** An argument is null, negative or malformed. Not worth repeating. */
    public static final int E_ARGUMENT = -1001;

    /** The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating. */
    public static final int E_HANDLE = -1002;

    /** The buffer is too small: *length says what is needed, call again. The last error is left as it is. */
    public static final int E_BUFFER = -1003;

    /** A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating. */
    public static final int E_ENCODING = -1004;

    /** Called from inside the log callback. Not worth repeating. */
    public static final int E_REENTRANT = -1005;

    /** Too many open handles, or an answer above max_response_bytes. Not worth repeating. */
    public static final int E_LIMIT = -1006;

    /** Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating. */
    public static final int E_PROVIDER = -2001;

    /** Unknown option or field, or a bad value. Not worth repeating. */
    public static final int E_OPTION = -2002;

    /** A required option is not set: the text names it. Not worth repeating. */
    public static final int E_MISSING = -2003;

    /** This provider, or this build, has no such operation. Not worth repeating. */
    public static final int E_UNSUPPORTED = -2004;

    /** Plain http without allow_http, or a host the token may not go to. Not worth repeating. */
    public static final int E_INSECURE = -2005;

    /** The store that the program named cannot be used. Not worth repeating. */
    public static final int E_STORE = -2006;

    /** Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating. */
    public static final int E_NETWORK = -3001;

    /** The caller's time ran out. Worth repeating. */
    public static final int E_TIMEOUT = -3002;

    /** TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating. */
    public static final int E_TLS = -3003;

    /** The proxy refused, or wants a login (407). Not worth repeating. */
    public static final int E_PROXY = -3004;

    /** User, password or key refused. Not worth repeating. */
    public static final int E_CREDENTIALS = -4001;

    /** A second factor is wanted: set mfa_code and ask again. Not worth repeating. */
    public static final int E_MFA = -4002;

    /** The provider wants the password changed first. Not worth repeating. */
    public static final int E_PASSWORD_CHANGE = -4003;

    /** The account may not do this. Not worth repeating. */
    public static final int E_FORBIDDEN = -4004;

    /** No such application token, header or field. Not worth repeating. */
    public static final int E_NOT_FOUND = -4005;

    /** The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating. */
    public static final int E_RATE_LIMITED = -4006;

    /** The provider failed (5xx). Worth repeating. */
    public static final int E_SERVER = -4007;

    /** The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating. */
    public static final int E_RESPONSE = -4008;

    /**
     * From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
     * repeating.
     */
    public static final int E_REFUSED_AGAIN = -4009;

    /** A bug in this library, caught. Not worth repeating. */
    public static final int E_INTERNAL = -9001;

    private final int handle;

    /**
     * Opens an account. Sends nothing.
     * @param provider "senior", "invoisys", "assine", or the absolute path of a profile.
     */
    public ErpToken(String provider) {
        int version = Native.erptoken_abi_version();
        if (version / 1000 != ABI_VERSION / 1000) {
            throw new IllegalStateException("erptoken has another interface (" + version + ") than this class was made for");
        }
        handle = number(account -> Native.erptoken_open(sound(provider), account));
    }

    /** For the functions of Native. */
    public int handle() {
        return handle;
    }

    /** Sets an option; null or empty is the default. */
    public ErpToken set(String option, String value) {
        check(Native.erptoken_set(handle, sound(option), sound(value)));
        return this;
    }

    /** The access token: at once from memory, else by a login or a refresh. */
    public String get() {
        return text((buffer, length) -> Native.erptoken_get(handle, buffer, length));
    }

    /** The header's value, "Bearer ...", ready to be sent. */
    public String authorization() {
        return text((buffer, length) -> Native.erptoken_authorization(handle, buffer, length));
    }

    /** Gets a newer token now. */
    public void renew() {
        check(Native.erptoken_renew(handle));
    }

    /**
     * An API answered 401 to this token.
     * @return false: it replaced a refused one a moment ago and is kept; the cause is a permission.
     */
    public boolean reject(String token) {
        int status = Native.erptoken_reject(handle, sound(token));
        if (status != E_REFUSED_AGAIN) check(status);
        return status == OK;
    }

    /** Revokes the token at the provider, then forgets it. */
    public void logout() {
        check(Native.erptoken_logout(handle));
    }

    /** A field as text: "state", "expires_at", "source", ... */
    public String info(String field) {
        return text((buffer, length) -> Native.erptoken_info(handle, sound(field), buffer, length));
    }

    /** A field as a number: "expires_in", "logins", ... */
    public int infoInt(String field) {
        return number(value -> Native.erptoken_info_int(handle, sound(field), value));
    }

    /** Whether this account may create application tokens. */
    public boolean appAllowed() {
        return number(allowed -> Native.erptoken_app_check(handle, allowed)) != 0;
    }

    /**
     * Creates an application token.
     * @param expires a number of days ("365"), or an instant in RFC 3339 with its zone.
     * @return its id.
     */
    public String appCreate(String expires) {
        // Once, with room for every id: a creation is never repeated blindly.
        byte[] id = new byte[ID_SIZE];
        int[] length = { id.length };
        check(Native.erptoken_app_create(handle, sound(expires), id, length));
        return new String(id, 0, length[0], StandardCharsets.UTF_8);
    }

    /** An application token that was created here. */
    public String appGet(String id) {
        return text((buffer, length) -> Native.erptoken_app_get(handle, sound(id), buffer, length));
    }

    /** The application tokens as JSON. */
    public Response appList() {
        return new Response(number(response -> Native.erptoken_app_list(handle, response)));
    }

    /** Revokes an application token and forgets it. */
    public void appRevoke(String id) {
        check(Native.erptoken_app_revoke(handle, sound(id)));
    }

    /** Sends a request without a body and with the token on it. */
    public Response request(String method, String url) {
        return requestBytes(method, url, null, null);
    }

    /**
     * Sends a request with the token on it, renewed and repeated once on 401.
     * @param method "GET", "POST" and so on.
     * @param url absolute, or beginning with "/" and then appended to the environment's API address.
     * @param headers lines of "Name: value", or null.
     * @param body a text, sent as UTF-8, as JSON unless a header says otherwise; or null.
     */
    public Response request(String method, String url, String headers, String body) {
        if (body == null || body.isEmpty()) return requestBytes(method, url, headers, null);
        return send(method, url, headers, (sound(body) + '\0').getBytes(StandardCharsets.UTF_8), -1);
    }

    /** The same with bytes: a file, an XML in a character set of its own. */
    public Response requestBytes(String method, String url, String headers, byte[] body) {
        return send(method, url, headers, body, body == null ? 0 : body.length);
    }

    private Response send(String method, String url, String headers, byte[] body, int size) {
        return new Response(number(response -> Native.erptoken_request(
            handle, sound(method), sound(url), sound(headers), body, size, response)));
    }

    /** A report for support, without secrets. */
    public Response diagnose() {
        return new Response(number(response -> Native.erptoken_diagnose(handle, response)));
    }

    /** Closes the account; a second time does nothing. Its token stays in the cache for other accounts. */
    @Override public void close() {
        Native.erptoken_close(handle);
    }

    /** An answer to a request, whatever its HTTP status. */
    public static final class Response implements AutoCloseable {
        private final int handle;

        private Response(int handle) {
            this.handle = handle;
        }

        /** The HTTP status. */
        public int status() {
            return number(status -> Native.erptoken_response_status(handle, status));
        }

        /** The body as text, from the character set that it declares. */
        public String text() {
            return ErpToken.text((buffer, length) -> Native.erptoken_response_text(handle, buffer, length));
        }

        /** A header's value; null if there is none. */
        public String header(String name) {
            return read((buffer, length) -> Native.erptoken_response_header(handle, sound(name), buffer, length), E_NOT_FOUND);
        }

        /** A value of a JSON body ("/items/0/id"); null if there is none. */
        public String field(String path) {
            return read((buffer, length) -> Native.erptoken_response_field(handle, sound(path), buffer, length), E_NOT_FOUND);
        }

        /** The body as it came. */
        public byte[] bytes() {
            byte[] bytes = {};
            int[] length = { 0 };
            int status;
            while ((status = Native.erptoken_response_bytes(handle, bytes, length)) == E_BUFFER) bytes = new byte[length[0]];
            check(status);
            return bytes;
        }

        /** Closes it; a second time does nothing. */
        @Override public void close() {
            Native.erptoken_close(handle);
        }
    }

    /** A call failed; getMessage() says what to do about it. */
    public static final class ErpException extends RuntimeException {
        private static final long serialVersionUID = 1;
        /** One of the constants of ErpToken. */
        public final int status;
        /** The HTTP status; 0: no answer came. */
        public final int httpStatus;
        /** The provider's own code; empty if it gave none. */
        public final String serverCode;
        /** After how many seconds to try again. */
        public final int retryAfter;
        /** Whether the same call may succeed later with nothing changed, and can do no harm. */
        public final boolean retryable;

        private ErpException(int status) {
            // Of the last failing call of this thread, which none of these calls changes.
            super(read(Native::erptoken_error_text, E_INTERNAL));
            this.status = status;
            httpStatus = Native.erptoken_error_http_status();
            serverCode = read(Native::erptoken_error_server_code, E_INTERNAL);
            retryAfter = Native.erptoken_error_retry_after();
            retryable = Native.erptoken_error_retryable() != 0;
        }

        private ErpException(int status, String text) {
            super(text);
            this.status = status;
            httpStatus = retryAfter = 0;
            serverCode = "";
            retryable = false;
        }
    }

    /** The library's version. */
    public static String version() {
        return text(Native::erptoken_version);
    }

    /** The name of a status, such as "ERPTOKEN_E_NETWORK". */
    public static String statusName(int status) {
        return text((buffer, length) -> Native.erptoken_status_name(status, buffer, length));
    }

    /** Sets an option of the process, or the default of an account option. */
    public static void configure(String option, String value) {
        check(Native.erptoken_configure(sound(option), sound(value)));
    }

    /** What is wrong with a profile, and what it would send; nothing is sent. */
    public static Response checkProfile(String path) {
        return new Response(number(response -> Native.erptoken_check_profile(sound(path), response)));
    }

    /** Receives a line of the log: 1 error, 2 warning, 3 information, 4 debug. */
    public interface Listener {
        void line(int level, String line);
    }

    // By the number that the library gives back, which never means another. The function that it calls is one, and is never
    // collected: a listener may be removed on one thread while another adds it again.
    private static final Map<Long, Listener> LISTENERS = new ConcurrentHashMap<>();
    private static final Native.LogLine TOLD = ErpToken::tell;
    private static long lastKey;

    /** Adds, changes or (level 0) removes a listener. It runs on threads that are inside a call. */
    public static void log(Listener listener, int level) {
        Long key = null;
        boolean isNew;
        synchronized (LISTENERS) {
            for (Map.Entry<Long, Listener> known : LISTENERS.entrySet()) {
                if (known.getValue() == listener) key = known.getKey();
            }
            isNew = key == null;
            if (isNew) LISTENERS.put(key = ++lastKey, listener);
            if (level == 0) LISTENERS.remove(key);
        }
        // Under no lock: a listener that is removed is waited for.
        int status = Native.erptoken_log(TOLD, new Pointer(key), level);
        if (status != OK && level == 0 && !isNew) LISTENERS.put(key, listener);
        else if (status != OK && isNew) LISTENERS.remove(key);
        else if (level != 0 && !LISTENERS.containsKey(key)) Native.erptoken_log(TOLD, new Pointer(key), 0); // Removed meanwhile.
        check(status);
    }

    private static void tell(int level, Pointer line, Pointer key) {
        try {
            Listener listener = LISTENERS.get(Pointer.nativeValue(key));
            if (listener != null) listener.line(level, line.getString(0, "UTF-8"));
        } catch (Throwable lost) {
            // None may cross the library.
        }
    }

    /** Closes every handle and wipes every token: for the program, not for a plugin. */
    public static void shutdown() {
        check(Native.erptoken_shutdown());
    }

    private interface TextCall {
        int into(byte[] buffer, int[] length);
    }

    private interface NumberCall {
        int into(int[] number);
    }

    private static void check(int status) {
        if (status != OK) throw new ErpException(status);
    }

    private static int number(NumberCall call) {
        int[] number = { 0 };
        check(call.into(number));
        return number[0];
    }

    private static String text(TextCall call) {
        return read(call, OK);
    }

    /** What a call writes into a buffer, as long as it asks for; null on the status that is no failure here. */
    private static String read(TextCall call, int quiet) {
        int[] length = { 1500 }; // Holds nearly every token, and every error text.
        byte[] buffer;
        int status;
        do {
            buffer = new byte[length[0]];
            status = call.into(buffer, length);
        } while (status == E_BUFFER);
        if (status != OK && status != quiet) throw new ErpException(status);
        String text = status == OK ? new String(buffer, 0, length[0], StandardCharsets.UTF_8) : null;
        Arrays.fill(buffer, (byte) 0);
        return text;
    }

    /** What UTF-8 cannot say is refused instead of being changed: a password would be another one. */
    private static String sound(String text) {
        if (text != null && (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text))) {
            throw new ErpException(E_ENCODING, "A text has a NUL or half of a surrogate pair in it: mend it where it comes from.");
        }
        return text;
    }

    /** The functions of the library, as they are. Texts are UTF-8, lengths are bytes. */
    public static final class Native {
        static {
            com.sun.jna.Native.register(Native.class, library());
        }

        private Native() {}

        private static NativeLibrary library() {
            Map<String, String> utf8 = Collections.singletonMap(Library.OPTION_STRING_ENCODING, "UTF-8");
            String path = System.getProperty("erptoken.library");
            if (path != null) {
                try {
                    return NativeLibrary.getInstance(new File(path).getAbsolutePath(), utf8);
                } catch (UnsatisfiedLinkError missing) {
                    throw unloaded(missing);
                }
            }
            try {
                File resource = com.sun.jna.Native.extractFromResourcePath("erptoken", ErpToken.class.getClassLoader());
                return NativeLibrary.getInstance(resource.getPath(), utf8);
            } catch (UnsatisfiedLinkError refused) { // By a temporary folder from which nothing may be run.
                throw unloaded(refused);
            } catch (IOException none) {
                try {
                    return NativeLibrary.getInstance("erptoken", utf8);
                } catch (UnsatisfiedLinkError missing) {
                    try {
                        return NativeLibrary.getInstance("liberptoken.so.1", utf8);
                    } catch (UnsatisfiedLinkError alsoMissing) {
                        throw unloaded(missing);
                    }
                }
            }
        }

        private static UnsatisfiedLinkError unloaded(UnsatisfiedLinkError missing) {
            return new UnsatisfiedLinkError("erptoken cannot be loaded: name its library for " + 8 * com.sun.jna.Native.POINTER_SIZE
                + " bits by -Derptoken.library=..., or take the jar that holds it,"
                + " and name a folder that it may be unpacked into and run from by -Djna.tmpdir=... " + missing.getMessage());
        }

        /**
         * Opens an account at a provider. Sends nothing.
         * <p>Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because
         * tokens are cached for the whole process and not in the handle. In the child of a fork the parent's handles
         * are E_HANDLE: open accounts after forking.
         * @param provider "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
         *   profile decides where passwords go: treat the file as code.
         * @param account Receives the handle, greater than 0. Left as it is when the call fails.
         * @return OK; E_ARGUMENT (null); E_ENCODING; E_PROVIDER (unknown name, or a profile that cannot be read or is
         *   not valid: the text says where); E_LIMIT (no memory for one more handle; 2,096,128 can be open).
         */
        public static native int erptoken_open(String provider, int[] account);

        /**
         * Sets one option of an account. Sends nothing; the next call works with the new value.
         * <p>Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this
         * handle, so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
         * <p>"client_certificate", "client_key" and "client_certificate_password" belong together and may be set in
         * any order. The files are read when they are set. The call that makes them contradict each other (a wrong
         * password, a key of another certificate) answers E_OPTION and sets its value all the same, and so does every
         * call that needs the certificate, without sending anything, until one of them is set to what fits.
         * <p>Threads: any; calls of other threads that run at this moment finish with the old value.
         * @param account From erptoken_open.
         * @param option Name of the option, such as "username" (README.md has the table).
         * @param value The value as text, copied before the call returns. null or "": back to the default.
         * @return OK; E_ARGUMENT (option is null); E_HANDLE; E_ENCODING; E_OPTION (unknown option, or a value that is
         *   not usable: the text says what it must be); E_UNSUPPORTED ("token" = "application" at a provider that has
         *   no application tokens).
         */
        public static native int erptoken_set(int account, String option, String value);

        /**
         * Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
         * <p>Threads: any. A call that uses the handle at this moment on another thread finishes or returns E_HANDLE.
         * Nothing is revoked at the provider: erptoken_logout does that.
         * @param handle The handle; 0 is nothing and OK.
         * @return OK; E_HANDLE (closed already, never opened, or of the parent process).
         */
        public static native int erptoken_close(int handle);

        /**
         * Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is
         * refused).
         * <p>Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and
         * renewed behind the caller well before: call this for every request instead of keeping the token. One that
         * the provider sends without a life is handed out for 10 s, in which nothing is sent.
         * <p>Threads: any; all who ask while a renewal runs wait for that one and share its result.
         * @param account From erptoken_open, with the options that the provider's login needs.
         * @param buffer Receives the token, NUL-terminated. May be null with a length of 0, to ask for the size.
         * @param length In: capacity of the buffer in bytes, the NUL included. Out: on OK the token's length without
         *   the NUL, on E_BUFFER the capacity needed; else left as it is.
         * @return OK; E_BUFFER (the buffer holds an empty text; the token is kept: call again, in a loop, because a
         *   renewed token may be longer); E_ARGUMENT; E_HANDLE; E_MISSING; E_OPTION; E_UNSUPPORTED; E_INSECURE;
         *   E_NETWORK; E_TIMEOUT; E_TLS; E_PROXY; E_CREDENTIALS; E_MFA; E_PASSWORD_CHANGE; E_FORBIDDEN; E_NOT_FOUND;
         *   E_RATE_LIMITED; E_SERVER; E_RESPONSE.
         */
        public static native int erptoken_get(int account, byte[] buffer, int[] length);

        /**
         * Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be
         * sent.
         * <p>The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in
         * providers. Do not let the HTTP component encode the value again: "Bearer%20..." is refused.
         * <p>Threads: any.
         * @param account As for erptoken_get.
         * @param buffer Receives the value, NUL-terminated.
         * @param length As for erptoken_get.
         * @return As erptoken_get.
         */
        public static native int erptoken_authorization(int account, byte[] buffer, int[] length);

        /**
         * Gets a newer token now, whatever is left of the current one.
         * <p>Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
         * @param account As for erptoken_get.
         * @return OK, also when nothing was sent because the identity's last request is less than 10 s old, or the
         *   profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call
         *   returns it and sends nothing.
         */
        public static native int erptoken_renew(int account);

        /**
         * Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
         * <p>Another process may have got the token: one that has none looks into the "store" first.
         * <p>Threads: any; a thousand threads that report the same token cause one renewal.
         * @param account The account that gave the token.
         * @param token The token that was refused, from erptoken_get or erptoken_authorization. If it is no longer
         *   the current one, a newer one exists already and nothing is dropped: a late report costs nothing.
         * @return OK; E_REFUSED_AGAIN (this token already replaced one refused less than 60 s ago, or it is a fixed
         *   key or an import that nothing can renew: it is kept, the cause is a permission of that API); E_ARGUMENT
         *   (null or empty); E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_UNSUPPORTED.
         */
        public static native int erptoken_reject(int account, String token);

        /**
         * Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be
         * reached.
         * <p>Some providers hand the same token to every login of a user: revoking it then ends the sessions of other
         * programs too. Closing the account is enough in most cases.
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account As for erptoken_get.
         * @return OK, also where the provider has no such operation, the token is dead already or there is none;
         *   E_HANDLE; E_MISSING; E_STORE (revoked, but what the store has of it could not be removed: call again);
         *   else what kept the provider from revoking it, as erptoken_get.
         */
        public static native int erptoken_logout(int account);

        /**
         * Reads one field of the account as text. Sends nothing.
         * <p>Threads: any.
         * @param account From erptoken_open.
         * @param field "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh",
         *   "ageing" (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again),
         *   "refused" (credentials), "action" (a person must act); "source" of the token: "login", "refresh",
         *   "memory" (of this process), "store", "import"; "last_error": a status name or empty; instants in RFC
         *   3339, UTC: "expires_at", "obtained_at", "renew_at". The fields of erptoken_info_int too. Of what never
         *   ends "expires_at" and "renew_at" are empty; "header_name" is, where the token goes in no header.
         * @param buffer Receives the text, NUL-terminated; empty while there is no token.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field: the text lists the known
         *   ones).
         */
        public static native int erptoken_info(int account, String field, byte[] buffer, int[] length);

        /**
         * Reads one field of the account as a number. Sends nothing.
         * <p>Threads: any.
         * @param account From erptoken_open.
         * @param field "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for what
         *   never ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits", "failures",
         *   which stop at 2147483647.
         * @param value Receives the number, 0 or more. Left as it is when the call fails.
         * @return OK; E_ARGUMENT; E_HANDLE; E_ENCODING; E_OPTION (unknown field, or one that is a text).
         */
        public static native int erptoken_info_int(int account, String field, int[] value);

        /**
         * Says whether this account may create application tokens (assine.online: a business account, "PJ").
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account From erptoken_open. The session token is used, whatever the option "token" says.
         * @param allowed Receives 1 (may) or 0 (may not). Left as it is when the call fails.
         * @return OK; E_UNSUPPORTED (the provider has no application tokens); E_ARGUMENT; E_HANDLE; E_FORBIDDEN (a
         *   new session token is refused too); else as erptoken_get.
         */
        public static native int erptoken_app_check(int account, int[] allowed);

        /**
         * Creates an application token. The provider shows it this once: the library keeps it, in the store that
         * erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
         * <p>Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot
         * be understood), the text says so; look with erptoken_app_list before creating another one. Each refused
         * password counts for the lockout guard, as one refused at a login does.
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account From erptoken_open, with "password": it is sent again. The session token is used, whatever
         *   the option "token" says.
         * @param expires How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its zone
         *   ("2027-01-31T23:59:00-03:00"). 3650 days at most.
         * @param id Receives the id, NUL-terminated.
         * @param length In: capacity, ID_SIZE at least: a smaller one is E_BUFFER before anything is sent. Out: on OK
         *   the id's length without the NUL, on E_BUFFER ID_SIZE.
         * @return OK; E_BUFFER (nothing was sent); E_ARGUMENT (expires without zone, in the past, or not taken by the
         *   provider); E_CREDENTIALS (the password is refused); E_MISSING (no password is set); E_STORE (before
         *   anything was sent; or after it: then the text tells the id, and erptoken_app_get gives the token until
         *   the process ends); E_FORBIDDEN (not a business account); E_LIMIT (1000 living ones are kept for this
         *   account: nothing was sent); E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
         */
        public static native int erptoken_app_create(int account, String expires, byte[] id, int[] length);

        /**
         * Gets an application token that this library created and keeps. Sends nothing, unless the password is
         * another one than the provider took last from this user: then it logs in first, and a refused one gets
         * nothing.
         * <p>Threads: any; waits "timeout_ms" at most, where it logs in.
         * @param account From erptoken_open, of the user who created the token.
         * @param id The id, from erptoken_app_create or erptoken_app_list.
         * @param buffer Receives the token, NUL-terminated.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_NOT_FOUND (it was never here, was revoked or has expired: no provider shows a token
         *   twice); E_ARGUMENT; E_HANDLE; E_ENCODING; E_MISSING; E_OPTION; E_STORE; E_UNSUPPORTED; where it logs in,
         *   else as erptoken_get.
         */
        public static native int erptoken_app_get(int account, String id, byte[] buffer, int[] length);

        /**
         * Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
         * {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
         * <p>"expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get
         * gives. The list is the provider's: at assine.online session tokens are in it too, this account's own among
         * them. To revoke all of the program's own, revoke those with "stored" 1.
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account From erptoken_open. The session token is used, whatever the option "token" says.
         * @param response Receives a handle, to be read with the erptoken_response functions ("/count",
         *   "/tokens/0/id") and closed with erptoken_close. Left as it is when the call fails.
         * @return OK; E_UNSUPPORTED; E_ARGUMENT; E_HANDLE; E_LIMIT (a list that does not end, or too many open
         *   handles); E_FORBIDDEN (a new session token is refused too); E_STORE; else as erptoken_get.
         */
        public static native int erptoken_app_list(int account, int[] response);

        /**
         * Revokes an application token at the provider and forgets it.
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account From erptoken_open. The session token is used, whatever the option "token" says.
         * @param id The id, from erptoken_app_create or erptoken_app_list.
         * @return OK; E_NOT_FOUND (the provider knows no such token: it is already gone, and forgotten here too);
         *   E_ARGUMENT (an id that cannot be one: nothing was sent); E_STORE (revoked, but the store could not be
         *   changed); E_FORBIDDEN; E_UNSUPPORTED; E_HANDLE; E_ENCODING; else as erptoken_get.
         */
        public static native int erptoken_app_revoke(int account, String id);

        /**
         * Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is
         * refused.
         * <p>A repeated request has its body again. A token refused twice is not renewed again: the second answer is
         * the response. Redirects are not followed: they are responses, and the token would go with them.
         * "timeout_ms" covers all of it. When no answer came to a POST, nobody knows whether it was carried out: look
         * before you send it again (erptoken_error_retryable says so too).
         * <p>Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
         * @param account From erptoken_open, with the options that the provider's login needs.
         * @param method "GET", "POST" and so on.
         * @param url Absolute, or beginning with "/" and then appended to the environment's API address. What is not
         *   visible ASCII in it must be percent-encoded.
         * @param headers "Name: value" lines, or null. Authorization, Host, Content-Length, Transfer-Encoding and
         *   others that say where a message ends are set by the library.
         * @param body The body, or null. It is not copied: leave it alone until the call returns.
         * @param body_length Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as
         *   UTF-8, as application/json if the headers name no content type.
         * @param response Receives a handle, to be closed with erptoken_close. Left as it is when the call fails.
         * @return OK for any answer, whatever its HTTP status; E_ARGUMENT (a url, method, header or length that
         *   cannot be sent, or a body that is no JSON object where the profile puts credentials into it); E_HANDLE;
         *   E_ENCODING; E_LIMIT (the answer is above "max_response_bytes", or there is no memory for one more
         *   handle); E_INSECURE (plain http, or a host that is neither of the chosen environment nor in "api_hosts":
         *   nothing was sent); E_NETWORK; E_TIMEOUT; E_TLS; E_PROXY; E_RESPONSE (what came is not HTTP); or what kept
         *   the token from being had or renewed, as erptoken_get.
         */
        public static native int erptoken_request(int account, String method, String url, String headers, byte[] body, int body_length, int[] response);

        /**
         * Reads the HTTP status of a response.
         * <p>Threads: any.
         * @param response From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
         * @param http_status Receives the status, 100 to 999. Left as it is when the call fails.
         * @return OK; E_ARGUMENT; E_HANDLE.
         */
        public static native int erptoken_response_status(int response, int[] http_status);

        /**
         * Reads a header of a response.
         * <p>Threads: any.
         * @param response As for erptoken_response_status.
         * @param name The header's name, in any case.
         * @param buffer Receives the value, NUL-terminated; of several headers of that name all, with ", " between
         *   them.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_ENCODING; E_NOT_FOUND (no such header).
         */
        public static native int erptoken_response_header(int response, String name, byte[] buffer, int[] length);

        /**
         * Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1,
         * Windows-1252.
         * <p>A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte
         * order mark at the beginning is left out. A NUL inside the text counts in the length.
         * <p>Threads: any.
         * @param response As for erptoken_response_status.
         * @param buffer Receives the text, NUL-terminated, whatever the character set of the server.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT; E_HANDLE; E_RESPONSE (another character set: read the bytes).
         */
        public static native int erptoken_response_text(int response, byte[] buffer, int[] length);

        /**
         * Reads one value of a JSON body.
         * <p>The body is read in place: a loop over a large list goes on where the call before it was.
         * <p>Threads: any.
         * @param response As for erptoken_response_status.
         * @param path JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
         * @param buffer Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a number,
         *   true, false, null, an object or a list as its JSON stands in the body.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT (the path is neither empty nor begins with "/"); E_HANDLE; E_ENCODING;
         *   E_NOT_FOUND (nothing is there: a loop over "/items/0", "/items/1" ends so); E_RESPONSE (the body is not
         *   JSON).
         */
        public static native int erptoken_response_field(int response, String path, byte[] buffer, int[] length);

        /**
         * Reads the body of a response as bytes, with no NUL behind them.
         * <p>Threads: any.
         * @param response As for erptoken_response_status.
         * @param buffer Receives the bytes; nothing is written when it is too small. May be null with a length of 0.
         * @param length In: capacity in bytes. Out: on OK the body's bytes, on E_BUFFER the capacity needed, which is
         *   the same number; else left as it is.
         * @return OK; E_BUFFER; E_ARGUMENT; E_HANDLE.
         */
        public static native int erptoken_response_bytes(int response, byte[] buffer, int[] length);

        /**
         * Receives one line of the log: when, how bad, which process, which account, what, how long, in the
         * "language" of the process. `line` is NUL-terminated UTF-8 without line ends, and lives until the callback
         * returns.
         * <p>It is called on a thread of the program that is inside a call of this library, just before that call
         * returns; by several threads at once if several are inside calls. No lock is held and the floating-point
         * state is the program's. Inside it every function but the pure and the erptoken_error_ ones is E_REENTRANT.
         * It must return: no longjmp, and no exception may leave it.
         */
        public interface LogLine extends Callback {
            void invoke(int level, Pointer line, Pointer user_data);
        }

        /**
         * Sets an option of the process, or the default of an account option for accounts opened later.
         * <p>The language is that of every error text from the next failing call on, on all threads, also where an
         * earlier failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown
         * and fork. Not translated: names of statuses and options, the words of a provider, and what is wrong inside
         * a profile.
         * <p>The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed
         * to "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several
         * processes may share it. What cannot be written later is counted, and told in the file when it can be again.
         * erptoken_shutdown ends the file too. Where the program sets neither "log_file" nor "log_level", the
         * environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a
         * set-user-ID program.
         * <p>"store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written
         * to disk. "file:" and the absolute path of a folder: all processes of one user share them, and the next one
         * starts with them. The folder is made for its owner alone if it is not there; one that is a link, another
         * user's, open to others, or that cannot be written or locked is E_STORE, here and at the first call that
         * needs a token. What fails later costs the sharing and no token: the process goes on with its memory, and
         * the log says so. "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file"
         * before): all machines with the same server and "store_key" share them. A build without the cargo feature
         * redis returns E_UNSUPPORTED. A server that refuses is E_STORE here; while one is away, memory goes on.
         * <p>"store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that
         * holds them and is its owner's alone (read now: E_OPTION if it cannot be, E_STORE if others may); on Windows
         * "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server, a store
         * without a key is E_MISSING at the first call that needs a token.
         * <p>The first call that needs a token fixes both, until erptoken_shutdown: another value is E_OPTION then.
         * <p>A child of a fork starts with everything that its parent has set.
         * <p>Threads: any.
         * @param option "background" ("1"; "0": the library never starts a thread, the caller runs the renewal),
         *   "language" ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is
         *   written to), "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4;
         *   "information"), "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096),
         *   "store" and "store_key" (see below), or an account option that is not a credential, such as "timeout_ms".
         * @param value The value as text. null or "": back to the default.
         * @return OK; E_ARGUMENT; E_ENCODING; E_OPTION; E_STORE; E_UNSUPPORTED (of another build or system).
         */
        public static native int erptoken_configure(String option, String value);

        /**
         * Adds a log callback, changes its level, or removes it.
         * <p>Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a
         * line tells how many. No line ever holds a secret: no password, key, token or value of an option. A user
         * name is shown. erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and
         * none of the lines that waited there.
         * <p>Threads: any. Do not remove a callback while holding a lock that it takes.
         * @param callback Called with one line at a time.
         * @param user_data Given back to the callback; with it, it is what tells callbacks apart.
         * @param level 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback: when
         *   this call returns OK it does not run and will not run again; OK too if it was not there.
         * @return OK; E_ARGUMENT (null, or no level); E_LIMIT (16 callbacks are there); E_TIMEOUT (level 0: it is
         *   removed, but still runs on another thread after 30 s).
         */
        public static native int erptoken_log(LogLine callback, Pointer user_data, int level);

        /**
         * Makes a report about an account and its way to the provider that a person can send to support. No secrets.
         * <p>The response is JSON. Its member "text" is the report for a person, in the "language" of the process:
         * read it with erptoken_response_field(response, "/text", ...). The others are for a program: "library",
         * "time", "provider", "environment", "account" (user, names of the options set, missing ones),
         * "client_certificate" (where one is set: subject, issuer, from, until, key, kind), "token" (state, last
         * error), "store", "proxy", "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s":
         * the server's clock less this one) and "advice" (a list of "code" and "text"; empty: nothing is wrong). A
         * step that was not reached is not there.
         * <p>It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
         * Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set
         * is shown to a server that asks for one and is trusted. A user name is shown.
         * <p>Threads: any; waits "timeout_ms" at most.
         * @param account From erptoken_open; it need not be able to log in, nor have its options.
         * @param response Receives a handle, to be read with the erptoken_response functions and closed with
         *   erptoken_close. Left as it is when the call fails.
         * @return OK, whatever the report says: what is broken is in it; E_ARGUMENT; E_HANDLE; E_LIMIT (no memory for
         *   one more handle).
         */
        public static native int erptoken_diagnose(int account, int[] response);

        /**
         * Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
         * <p>The response is JSON. Its member "text" is all of it for a person, in the "language" of the process:
         * read it with erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true
         * or false), "name", "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and
         * "hint"; a file with warnings alone is valid), "requests" (of a valid profile, in its usual and its test
         * environment: "environment", "operation", "needs", "method", "url", "headers" and "body", with [name] in
         * place of every value, such as [password], and [...] in place of what stands in the profile itself under the
         * name of a secret; "api" is a call of the program's own) and "values" (what is computed, and of what). No
         * value of an option is needed, or shown.
         * <p>Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
         * @param path The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
         * @param response Receives a handle, to be read with the erptoken_response functions and closed with
         *   erptoken_close. Left as it is when the call fails.
         * @return OK for any file that can be read, valid or not; E_ARGUMENT (null); E_ENCODING; E_PROVIDER (unknown
         *   name, or a file that cannot be read: the text says why); E_LIMIT (no memory for one more handle).
         */
        public static native int erptoken_check_profile(String path, int[] response);

        /**
         * Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and
         * removes every log callback after the last lines.
         * <p>For the program that owns the process; a plugin closes its own accounts instead. The next call of any
         * function starts afresh. Calls that wait for a token on other threads return E_HANDLE. Those that send
         * something themselves (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own
         * time, and a response that one of them brings is to be closed. A log callback that runs on another thread is
         * waited for, 2 s at most: let it end before what it uses is freed. Nothing is revoked at the providers.
         * <p>Threads: any, but not from DllMain.
         * @return OK, also when there was nothing to end.
         */
        public static native int erptoken_shutdown();

        /**
         * Returns the ABI's version of the loaded library: major * 1000 + number of additions.
         * <p>Threads: any; also from the log callback.
         * @return The number itself, not a status. A program built against this header needs the same thousands and
         *   at least ABI_VERSION.
         */
        public static native int erptoken_abi_version();

        /**
         * Reads the library's version, such as "0.1.0".
         * <p>Threads: any; also from the log callback.
         * @param buffer Receives the text, NUL-terminated.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT.
         */
        public static native int erptoken_version(byte[] buffer, int[] length);

        /**
         * Reads the name of a status, such as "E_NETWORK".
         * <p>Threads: any; also from the log callback.
         * @param status What a function returned.
         * @param buffer Receives the name, NUL-terminated.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT (also for a number that is not a status).
         */
        public static native int erptoken_status_name(int status, byte[] buffer, int[] length);

        /**
         * Says whether the same call may succeed later with nothing changed, as far as the number tells: of the
         * failure itself erptoken_error_retryable knows more.
         * <p>Threads: any; also from the log callback.
         * @param status What a function returned.
         * @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a
         *   status.
         */
        public static native int erptoken_status_retryable(int status);

        /**
         * Says what happened and what to do about it, in one sentence or two. Contains no secret.
         * <p>Threads: about the calling thread only. A call that succeeds changes nothing here.
         * @param buffer Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed yet. 1201
         *   bytes hold every text. In the language that erptoken_configure had set when the call failed.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT.
         */
        public static native int erptoken_error_text(byte[] buffer, int[] length);

        /**
         * Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's
         * lockout guard.
         * <p>Threads: about the calling thread only.
         * @param buffer Receives the code, NUL-terminated; empty if the provider gave none.
         * @param length As for erptoken_get.
         * @return OK; E_BUFFER; E_ARGUMENT.
         */
        public static native int erptoken_error_server_code(byte[] buffer, int[] length);

        /**
         * Reads the HTTP status of the failure.
         * <p>Threads: about the calling thread only.
         * @return The status, or 0 if no answer came. Not an ERPTOKEN status.
         */
        public static native int erptoken_error_http_status();

        /**
         * Says after how many seconds it makes sense to call again.
         * <p>Threads: about the calling thread only.
         * @return Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN
         *   status.
         */
        public static native int erptoken_error_retry_after();

        /**
         * Says whether the call that failed may be made again with nothing changed. It knows more than
         * erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
         * erptoken_request whose answer did not come. Look first whether it was.
         * <p>Threads: about the calling thread only.
         * @return 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at
         *   first, or no call of this thread failed yet. Not an ERPTOKEN status.
         */
        public static native int erptoken_error_retryable();
    }
}
