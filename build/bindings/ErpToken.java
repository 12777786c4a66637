// erptoken @VERSION@ for Java 8 and newer, by JNA 5: declarations generated from the library's source, and around them a
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
@CONSTANTS@
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

@FUNCTIONS@
    }
}
