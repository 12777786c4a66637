<?php
// erptoken 0.1.0 for PHP 7.4 and newer with its extension FFI: declarations generated from the library's source, and below
// them classes that throw. Add this file to the program, with the library beside it.
//
//     require_once 'ErpToken.php';
//
//     $account = new ErpToken('senior', ['username' => 'admin@empresa.com.br', 'password' => 'senhaUsuario']);
//     $headers[] = 'Authorization: ' . $account->authorization();
//
// The library is taken from where ErpTokenNative::$path says, else from beside this file, else from the system's search path.
// On the command line FFI works as it is, or with php -d ffi.enable=1. In a web server preload this file in php.ini, which
// leaves FFI closed to every other script:
//
//     ffi.enable=preload
//     opcache.preload=/srv/erp/ErpToken.php
//     opcache.preload_user=www-data
//
// Tokens live as long as the process that serves the requests; to share them among its children set "store". Ask for the
// token before every request instead of keeping it. Each method is one step on the thread that calls it, its error included.
// There is no method for the log's callback, which would outlive the script: configure('log_file', ...) has the log.
//
// Run on PHP 8.2, Linux. Not run: 7.4 itself, PHP-FPM, Windows.

/** The functions of the library, as they are. Numbers and buffers that come back are made by number() and buffer(). */
final class ErpTokenNative
{
    private const DECLARED = '
        int32_t erptoken_open(const char *provider, int32_t *account);
        int32_t erptoken_set(int32_t account, const char *option, const char *value);
        int32_t erptoken_close(int32_t handle);
        int32_t erptoken_get(int32_t account, char *buffer, int32_t *length);
        int32_t erptoken_authorization(int32_t account, char *buffer, int32_t *length);
        int32_t erptoken_renew(int32_t account);
        int32_t erptoken_reject(int32_t account, const char *token);
        int32_t erptoken_logout(int32_t account);
        int32_t erptoken_info(int32_t account, const char *field, char *buffer, int32_t *length);
        int32_t erptoken_info_int(int32_t account, const char *field, int32_t *value);
        int32_t erptoken_app_check(int32_t account, int32_t *allowed);
        int32_t erptoken_app_create(int32_t account, const char *expires, char *id, int32_t *length);
        int32_t erptoken_app_get(int32_t account, const char *id, char *buffer, int32_t *length);
        int32_t erptoken_app_list(int32_t account, int32_t *response);
        int32_t erptoken_app_revoke(int32_t account, const char *id);
        int32_t erptoken_request(int32_t account, const char *method, const char *url, const char *headers, const char *body, int32_t body_length, int32_t *response);
        int32_t erptoken_response_status(int32_t response, int32_t *http_status);
        int32_t erptoken_response_header(int32_t response, const char *name, char *buffer, int32_t *length);
        int32_t erptoken_response_text(int32_t response, char *buffer, int32_t *length);
        int32_t erptoken_response_field(int32_t response, const char *path, char *buffer, int32_t *length);
        int32_t erptoken_response_bytes(int32_t response, char *buffer, int32_t *length);
        int32_t erptoken_configure(const char *option, const char *value);
        int32_t erptoken_log(void *callback, void *user_data, int32_t level);
        int32_t erptoken_diagnose(int32_t account, int32_t *response);
        int32_t erptoken_check_profile(const char *path, int32_t *response);
        int32_t erptoken_shutdown(void);
        int32_t erptoken_abi_version(void);
        int32_t erptoken_version(char *buffer, int32_t *length);
        int32_t erptoken_status_name(int32_t status, char *buffer, int32_t *length);
        int32_t erptoken_status_retryable(int32_t status);
        int32_t erptoken_error_text(char *buffer, int32_t *length);
        int32_t erptoken_error_server_code(char *buffer, int32_t *length);
        int32_t erptoken_error_http_status(void);
        int32_t erptoken_error_retry_after(void);
        int32_t erptoken_error_retryable(void);
    ';

    /** The library's file; null: it is looked for. */
    public static ?string $path = null;

    private static ?\FFI $ffi = null;

    private static function library(): \FFI
    {
        return self::$ffi ?? self::$ffi = self::load();
    }

    private static function load(): \FFI
    {
        if (!extension_loaded('ffi')) {
            throw new \RuntimeException('erptoken needs the extension FFI: "extension=ffi" in php.ini');
        }
        $names = PHP_OS_FAMILY === 'Windows' ? ['erptoken.dll'] : ['liberptoken.so.1', 'liberptoken.so'];
        $beside = array_map(fn($name) => __DIR__ . DIRECTORY_SEPARATOR . $name, $names);
        $files = self::$path !== null ? [self::$path] : array_merge(array_filter($beside, 'is_file'), $names);
        foreach ($files as $file) {
            try {
                $ffi = \FFI::cdef(self::DECLARED, $file);
                break;
            } catch (\FFI\Exception $problem) {
                $problems[] = $problem->getMessage();
            }
        }
        if (!isset($ffi)) {
            throw new \RuntimeException('erptoken cannot be loaded: ' . implode('; ', $problems) . '. Put the library for '
                . 8 * PHP_INT_SIZE . ' bits beside this file, or name it in ErpTokenNative::$path; where FFI is restricted, '
                . 'preload this file (its head says how)');
        }
        $version = $ffi->erptoken_abi_version();
        if (intdiv($version, 1000) !== intdiv(ErpToken::ABI_VERSION, 1000) || $version < ErpToken::ABI_VERSION) {
            throw new \RuntimeException("erptoken has another interface ($version) than this file");
        }
        return $ffi;
    }

    public static function number(int $value = 0): \FFI\CData
    {
        $number = self::library()->new('int32_t');
        $number->cdata = $value;
        return $number;
    }

    public static function buffer(int $capacity): \FFI\CData
    {
        return self::library()->new('char[' . max($capacity, 1) . ']');
    }

    /** The number that a function fills: int32_t *. */
    public static function out(\FFI\CData $number): \FFI\CData
    {
        return \FFI::addr($number);
    }

    // ---- Accounts ----

    /**
     * Opens an account at a provider. Sends nothing.
     *
     * Threads: any. Lifetime: until erptoken_close or erptoken_shutdown; closing early costs nothing, because tokens
     * are cached for the whole process and not in the handle. In the child of a fork the parent's handles are
     * ErpToken::E_HANDLE: open accounts after forking.
     *
     * @param ?string $provider "senior", "invoisys", "assine", or the absolute path of a profile ending in ".json". A
     *   profile decides where passwords go: treat the file as code.
     * @param ?\FFI\CData $account Receives the handle, greater than 0. Left as it is when the call fails.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT (null); ErpToken::E_ENCODING; ErpToken::E_PROVIDER (unknown
     *   name, or a profile that cannot be read or is not valid: the text says where); ErpToken::E_LIMIT (no memory
     *   for one more handle; 2,096,128 can be open).
     */
    public static function erptoken_open(?string $provider, ?\FFI\CData $account): int
    {
        return self::library()->erptoken_open($provider, $account);
    }

    /**
     * Sets one option of an account. Sends nothing; the next call works with the new value.
     *
     * Another "username" or "access_key" forgets "password", "secret", "mfa_code" and imported tokens of this handle,
     * so that no mixed pair is ever sent. A changed password makes another identity: it is tried at once.
     *
     * "client_certificate", "client_key" and "client_certificate_password" belong together and may be set in any
     * order. The files are read when they are set. The call that makes them contradict each other (a wrong password,
     * a key of another certificate) answers ErpToken::E_OPTION and sets its value all the same, and so does every
     * call that needs the certificate, without sending anything, until one of them is set to what fits.
     *
     * Threads: any; calls of other threads that run at this moment finish with the old value.
     *
     * @param int $account From erptoken_open.
     * @param ?string $option Name of the option, such as "username" (README.md has the table).
     * @param ?string $value The value as text, copied before the call returns. null or "": back to the default.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT (option is null); ErpToken::E_HANDLE; ErpToken::E_ENCODING;
     *   ErpToken::E_OPTION (unknown option, or a value that is not usable: the text says what it must be);
     *   ErpToken::E_UNSUPPORTED ("token" = "application" at a provider that has no application tokens).
     */
    public static function erptoken_set(int $account, ?string $option, ?string $value): int
    {
        return self::library()->erptoken_set($account, $option, $value);
    }

    /**
     * Closes a handle: an account or a response. Its secrets are wiped; cached tokens stay for other accounts.
     *
     * Threads: any. A call that uses the handle at this moment on another thread finishes or returns
     * ErpToken::E_HANDLE. Nothing is revoked at the provider: erptoken_logout does that.
     *
     * @param int $handle The handle; 0 is nothing and OK.
     * @return int ErpToken::OK; ErpToken::E_HANDLE (closed already, never opened, or of the parent process).
     */
    public static function erptoken_close(int $handle): int
    {
        return self::library()->erptoken_close($handle);
    }

    // ---- Tokens ----

    /**
     * Gets the access token: from the cache, else by a renewal (the refresh token first, a login if it is refused).
     *
     * Waits "timeout_ms" at most (30 s unless set). A token is handed out until 2 s before its end, and renewed
     * behind the caller well before: call this for every request instead of keeping the token. One that the provider
     * sends without a life is handed out for 10 s, in which nothing is sent.
     *
     * Threads: any; all who ask while a renewal runs wait for that one and share its result.
     *
     * @param int $account From erptoken_open, with the options that the provider's login needs.
     * @param ?\FFI\CData $buffer Receives the token, NUL-terminated. May be null with a length of 0, to ask for the
     *   size.
     * @param ?\FFI\CData $length In: capacity of the buffer in bytes, the NUL included. Out: on ErpToken::OK the
     *   token's length without the NUL, on ErpToken::E_BUFFER the capacity needed; else left as it is.
     * @return int ErpToken::OK; ErpToken::E_BUFFER (the buffer holds an empty text; the token is kept: call again, in
     *   a loop, because a renewed token may be longer); ErpToken::E_ARGUMENT; ErpToken::E_HANDLE;
     *   ErpToken::E_MISSING; ErpToken::E_OPTION; ErpToken::E_UNSUPPORTED; ErpToken::E_INSECURE; ErpToken::E_NETWORK;
     *   ErpToken::E_TIMEOUT; ErpToken::E_TLS; ErpToken::E_PROXY; ErpToken::E_CREDENTIALS; ErpToken::E_MFA;
     *   ErpToken::E_PASSWORD_CHANGE; ErpToken::E_FORBIDDEN; ErpToken::E_NOT_FOUND; ErpToken::E_RATE_LIMITED;
     *   ErpToken::E_SERVER; ErpToken::E_RESPONSE.
     */
    public static function erptoken_get(int $account, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_get($account, $buffer, $length);
    }

    /**
     * Gets the value of the header that carries the token, such as "Bearer 482ee34ec1ba44b7...", ready to be sent.
     *
     * The header's name is the field "header_name" of erptoken_info: "Authorization" for the built-in providers. Do
     * not let the HTTP component encode the value again: "Bearer%20..." is refused.
     *
     * Threads: any.
     *
     * @param int $account As for erptoken_get.
     * @param ?\FFI\CData $buffer Receives the value, NUL-terminated.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int As erptoken_get.
     */
    public static function erptoken_authorization(int $account, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_authorization($account, $buffer, $length);
    }

    /**
     * Gets a newer token now, whatever is left of the current one.
     *
     * Threads: any; waits "timeout_ms" at most, and joins a renewal that runs.
     *
     * @param int $account As for erptoken_get.
     * @return int ErpToken::OK, also when nothing was sent because the identity's last request is less than 10 s old,
     *   or the profile's credentials are a fixed key; else as erptoken_get. While a failure is remembered the call
     *   returns it and sends nothing.
     */
    public static function erptoken_renew(int $account): int
    {
        return self::library()->erptoken_renew($account);
    }

    /**
     * Reports that an API refused a token (401): the next erptoken_get brings another one. Sends nothing.
     *
     * Another process may have got the token: one that has none looks into the "store" first.
     *
     * Threads: any; a thousand threads that report the same token cause one renewal.
     *
     * @param int $account The account that gave the token.
     * @param ?string $token The token that was refused, from erptoken_get or erptoken_authorization. If it is no
     *   longer the current one, a newer one exists already and nothing is dropped: a late report costs nothing.
     * @return int ErpToken::OK; ErpToken::E_REFUSED_AGAIN (this token already replaced one refused less than 60 s
     *   ago, or it is a fixed key or an import that nothing can renew: it is kept, the cause is a permission of that
     *   API); ErpToken::E_ARGUMENT (null or empty); ErpToken::E_HANDLE; ErpToken::E_ENCODING; ErpToken::E_MISSING;
     *   ErpToken::E_OPTION; ErpToken::E_UNSUPPORTED.
     */
    public static function erptoken_reject(int $account, ?string $token): int
    {
        return self::library()->erptoken_reject($account, $token);
    }

    /**
     * Revokes the token at the provider, then forgets it. It is forgotten also when the provider cannot be reached.
     *
     * Some providers hand the same token to every login of a user: revoking it then ends the sessions of other
     * programs too. Closing the account is enough in most cases.
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account As for erptoken_get.
     * @return int ErpToken::OK, also where the provider has no such operation, the token is dead already or there is
     *   none; ErpToken::E_HANDLE; ErpToken::E_MISSING; ErpToken::E_STORE (revoked, but what the store has of it could
     *   not be removed: call again); else what kept the provider from revoking it, as erptoken_get.
     */
    public static function erptoken_logout(int $account): int
    {
        return self::library()->erptoken_logout($account);
    }

    /**
     * Reads one field of the account as text. Sends nothing.
     *
     * Threads: any.
     *
     * @param int $account From erptoken_open.
     * @param ?string $field "provider", "username", "token_type", "scope", "header_name"; "state": "none", "fresh",
     *   "ageing" (still handed out, a renewal is due), "expired", "waiting" (failed, to be tried again), "refused"
     *   (credentials), "action" (a person must act); "source" of the token: "login", "refresh", "memory" (of this
     *   process), "store", "import"; "last_error": a status name or empty; instants in RFC 3339, UTC: "expires_at",
     *   "obtained_at", "renew_at". The fields of erptoken_info_int too. Of what never ends "expires_at" and
     *   "renew_at" are empty; "header_name" is, where the token goes in no header.
     * @param ?\FFI\CData $buffer Receives the text, NUL-terminated; empty while there is no token.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_ENCODING;
     *   ErpToken::E_OPTION (unknown field: the text lists the known ones).
     */
    public static function erptoken_info(int $account, ?string $field, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_info($account, $field, $buffer, $length);
    }

    /**
     * Reads one field of the account as a number. Sends nothing.
     *
     * Threads: any.
     *
     * @param int $account From erptoken_open.
     * @param ?string $field "expires_in", "age", "renew_in" in seconds, 0 while there is no token, 2147483647 for
     *   what never ends; counters of the identity in this process: "logins", "refreshes", "hits", "waits",
     *   "failures", which stop at 2147483647.
     * @param ?\FFI\CData $value Receives the number, 0 or more. Left as it is when the call fails.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_ENCODING; ErpToken::E_OPTION
     *   (unknown field, or one that is a text).
     */
    public static function erptoken_info_int(int $account, ?string $field, ?\FFI\CData $value): int
    {
        return self::library()->erptoken_info_int($account, $field, $value);
    }

    // ---- Application tokens ----

    /**
     * Says whether this account may create application tokens (assine.online: a business account, "PJ").
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account From erptoken_open. The session token is used, whatever the option "token" says.
     * @param ?\FFI\CData $allowed Receives 1 (may) or 0 (may not). Left as it is when the call fails.
     * @return int ErpToken::OK; ErpToken::E_UNSUPPORTED (the provider has no application tokens);
     *   ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_FORBIDDEN (a new session token is refused too); else as
     *   erptoken_get.
     */
    public static function erptoken_app_check(int $account, ?\FFI\CData $allowed): int
    {
        return self::library()->erptoken_app_check($account, $allowed);
    }

    /**
     * Creates an application token. The provider shows it this once: the library keeps it, in the store that
     * erptoken_configure names, else until the process ends or erptoken_shutdown. erptoken_app_get gives it.
     *
     * Never repeated blindly: when it is not known whether a token was created (no answer, or one that cannot be
     * understood), the text says so; look with erptoken_app_list before creating another one. Each refused password
     * counts for the lockout guard, as one refused at a login does.
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account From erptoken_open, with "password": it is sent again. The session token is used, whatever
     *   the option "token" says.
     * @param ?string $expires How long it is to live: a number of days ("365"), or an instant in RFC 3339 with its
     *   zone ("2027-01-31T23:59:00-03:00"). 3650 days at most.
     * @param ?\FFI\CData $id Receives the id, NUL-terminated.
     * @param ?\FFI\CData $length In: capacity, ErpToken::ID_SIZE at least: a smaller one is ErpToken::E_BUFFER before
     *   anything is sent. Out: on ErpToken::OK the id's length without the NUL, on ErpToken::E_BUFFER
     *   ErpToken::ID_SIZE.
     * @return int ErpToken::OK; ErpToken::E_BUFFER (nothing was sent); ErpToken::E_ARGUMENT (expires without zone, in
     *   the past, or not taken by the provider); ErpToken::E_CREDENTIALS (the password is refused);
     *   ErpToken::E_MISSING (no password is set); ErpToken::E_STORE (before anything was sent; or after it: then the
     *   text tells the id, and erptoken_app_get gives the token until the process ends); ErpToken::E_FORBIDDEN (not a
     *   business account); ErpToken::E_LIMIT (1000 living ones are kept for this account: nothing was sent);
     *   ErpToken::E_UNSUPPORTED; ErpToken::E_HANDLE; ErpToken::E_ENCODING; else as erptoken_get.
     */
    public static function erptoken_app_create(int $account, ?string $expires, ?\FFI\CData $id, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_app_create($account, $expires, $id, $length);
    }

    /**
     * Gets an application token that this library created and keeps. Sends nothing, unless the password is another
     * one than the provider took last from this user: then it logs in first, and a refused one gets nothing.
     *
     * Threads: any; waits "timeout_ms" at most, where it logs in.
     *
     * @param int $account From erptoken_open, of the user who created the token.
     * @param ?string $id The id, from erptoken_app_create or erptoken_app_list.
     * @param ?\FFI\CData $buffer Receives the token, NUL-terminated.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_NOT_FOUND (it was never here, was revoked or has
     *   expired: no provider shows a token twice); ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_ENCODING;
     *   ErpToken::E_MISSING; ErpToken::E_OPTION; ErpToken::E_STORE; ErpToken::E_UNSUPPORTED; where it logs in, else
     *   as erptoken_get.
     */
    public static function erptoken_app_get(int $account, ?string $id, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_app_get($account, $id, $buffer, $length);
    }

    /**
     * Lists the tokens that the provider knows of the account, all pages of it, as JSON in a response:
     * {"count":2,"tokens":[{"id":"5347","expires_at":"2027-01-01T23:59:00Z","stored":1}]}
     *
     * "expires_at" is empty where the provider does not say. "stored" is 1 for those that erptoken_app_get gives. The
     * list is the provider's: at assine.online session tokens are in it too, this account's own among them. To revoke
     * all of the program's own, revoke those with "stored" 1.
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account From erptoken_open. The session token is used, whatever the option "token" says.
     * @param ?\FFI\CData $response Receives a handle, to be read with the erptoken_response functions ("/count",
     *   "/tokens/0/id") and closed with erptoken_close. Left as it is when the call fails.
     * @return int ErpToken::OK; ErpToken::E_UNSUPPORTED; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_LIMIT
     *   (a list that does not end, or too many open handles); ErpToken::E_FORBIDDEN (a new session token is refused
     *   too); ErpToken::E_STORE; else as erptoken_get.
     */
    public static function erptoken_app_list(int $account, ?\FFI\CData $response): int
    {
        return self::library()->erptoken_app_list($account, $response);
    }

    /**
     * Revokes an application token at the provider and forgets it.
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account From erptoken_open. The session token is used, whatever the option "token" says.
     * @param ?string $id The id, from erptoken_app_create or erptoken_app_list.
     * @return int ErpToken::OK; ErpToken::E_NOT_FOUND (the provider knows no such token: it is already gone, and
     *   forgotten here too); ErpToken::E_ARGUMENT (an id that cannot be one: nothing was sent); ErpToken::E_STORE
     *   (revoked, but the store could not be changed); ErpToken::E_FORBIDDEN; ErpToken::E_UNSUPPORTED;
     *   ErpToken::E_HANDLE; ErpToken::E_ENCODING; else as erptoken_get.
     */
    public static function erptoken_app_revoke(int $account, ?string $id): int
    {
        return self::library()->erptoken_app_revoke($account, $id);
    }

    // ---- Requests with the token on them ----

    /**
     * Sends a request with the token on it, by TLS 1.2 or 1.3; renews and repeats it once when the token is refused.
     *
     * A repeated request has its body again. A token refused twice is not renewed again: the second answer is the
     * response. Redirects are not followed: they are responses, and the token would go with them. "timeout_ms" covers
     * all of it. When no answer came to a POST, nobody knows whether it was carried out: look before you send it
     * again (erptoken_error_retryable says so too).
     *
     * Threads: any; sent on the caller's thread. The connection is kept for the next request to the same host.
     *
     * @param int $account From erptoken_open, with the options that the provider's login needs.
     * @param ?string $method "GET", "POST" and so on.
     * @param ?string $url Absolute, or beginning with "/" and then appended to the environment's API address. What is
     *   not visible ASCII in it must be percent-encoded.
     * @param ?string $headers "Name: value" lines, or null. Authorization, Host, Content-Length, Transfer-Encoding
     *   and others that say where a message ends are set by the library.
     * @param ?string $body The body, or null. It is not copied: leave it alone until the call returns.
     * @param int $body_length Its bytes; -1: a NUL-terminated text (erptokenw_: UTF-16; erptokena_: ANSI), sent as
     *   UTF-8, as application/json if the headers name no content type.
     * @param ?\FFI\CData $response Receives a handle, to be closed with erptoken_close. Left as it is when the call
     *   fails.
     * @return int ErpToken::OK for any answer, whatever its HTTP status; ErpToken::E_ARGUMENT (a url, method, header
     *   or length that cannot be sent, or a body that is no JSON object where the profile puts credentials into it);
     *   ErpToken::E_HANDLE; ErpToken::E_ENCODING; ErpToken::E_LIMIT (the answer is above "max_response_bytes", or
     *   there is no memory for one more handle); ErpToken::E_INSECURE (plain http, or a host that is neither of the
     *   chosen environment nor in "api_hosts": nothing was sent); ErpToken::E_NETWORK; ErpToken::E_TIMEOUT;
     *   ErpToken::E_TLS; ErpToken::E_PROXY; ErpToken::E_RESPONSE (what came is not HTTP); or what kept the token from
     *   being had or renewed, as erptoken_get.
     */
    public static function erptoken_request(int $account, ?string $method, ?string $url, ?string $headers, ?string $body, int $body_length, ?\FFI\CData $response): int
    {
        return self::library()->erptoken_request($account, $method, $url, $headers, $body, $body_length, $response);
    }

    /**
     * Reads the HTTP status of a response.
     *
     * Threads: any.
     *
     * @param int $response From erptoken_request, erptoken_app_list, erptoken_diagnose or erptoken_check_profile.
     * @param ?\FFI\CData $http_status Receives the status, 100 to 999. Left as it is when the call fails.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE.
     */
    public static function erptoken_response_status(int $response, ?\FFI\CData $http_status): int
    {
        return self::library()->erptoken_response_status($response, $http_status);
    }

    /**
     * Reads a header of a response.
     *
     * Threads: any.
     *
     * @param int $response As for erptoken_response_status.
     * @param ?string $name The header's name, in any case.
     * @param ?\FFI\CData $buffer Receives the value, NUL-terminated; of several headers of that name all, with ", "
     *   between them.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_ENCODING;
     *   ErpToken::E_NOT_FOUND (no such header).
     */
    public static function erptoken_response_header(int $response, ?string $name, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_response_header($response, $name, $buffer, $length);
    }

    /**
     * Reads the body of a response as text, from the character set that it declares: UTF-8, ISO-8859-1, Windows-1252.
     *
     * A body that declares nothing, or UTF-8 and is not, is read as Windows-1252 if it is not UTF-8. A byte order
     * mark at the beginning is left out. A NUL inside the text counts in the length.
     *
     * Threads: any.
     *
     * @param int $response As for erptoken_response_status.
     * @param ?\FFI\CData $buffer Receives the text, NUL-terminated, whatever the character set of the server.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE; ErpToken::E_RESPONSE
     *   (another character set: read the bytes).
     */
    public static function erptoken_response_text(int $response, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_response_text($response, $buffer, $length);
    }

    /**
     * Reads one value of a JSON body.
     *
     * The body is read in place: a loop over a large list goes on where the call before it was.
     *
     * Threads: any.
     *
     * @param int $response As for erptoken_response_status.
     * @param ?string $path JSON Pointer (RFC 6901), such as "/items/0/id"; "" is the whole body.
     * @param ?\FFI\CData $buffer Receives the value, NUL-terminated: a text bare, without its quotes and escapes; a
     *   number, true, false, null, an object or a list as its JSON stands in the body.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT (the path is neither empty nor begins with
     *   "/"); ErpToken::E_HANDLE; ErpToken::E_ENCODING; ErpToken::E_NOT_FOUND (nothing is there: a loop over
     *   "/items/0", "/items/1" ends so); ErpToken::E_RESPONSE (the body is not JSON).
     */
    public static function erptoken_response_field(int $response, ?string $path, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_response_field($response, $path, $buffer, $length);
    }

    /**
     * Reads the body of a response as bytes, with no NUL behind them.
     *
     * Threads: any.
     *
     * @param int $response As for erptoken_response_status.
     * @param ?\FFI\CData $buffer Receives the bytes; nothing is written when it is too small. May be null with a
     *   length of 0.
     * @param ?\FFI\CData $length In: capacity in bytes. Out: on ErpToken::OK the body's bytes, on ErpToken::E_BUFFER
     *   the capacity needed, which is the same number; else left as it is.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT; ErpToken::E_HANDLE.
     */
    public static function erptoken_response_bytes(int $response, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_response_bytes($response, $buffer, $length);
    }

    // ---- The whole process ----

    /**
     * Sets an option of the process, or the default of an account option for accounts opened later.
     *
     * The language is that of every error text from the next failing call on, on all threads, also where an earlier
     * failure is told again; a text that is already there stays as it is. It outlives erptoken_shutdown and fork. Not
     * translated: names of statuses and options, the words of a provider, and what is wrong inside a profile.
     *
     * The log's file is made for its owner alone if it is not there; links are refused. At 4 MiB it is renamed to
     * "name.1", those before it to "name.2" and so on up to "name.4". Each line is one write, so several processes
     * may share it. What cannot be written later is counted, and told in the file when it can be again.
     * erptoken_shutdown ends the file too. Where the program sets neither "log_file" nor "log_level", the
     * environment's ERPTOKEN_LOG_FILE and ERPTOKEN_LOG_LEVEL count, read at the first call; never in a set-user-ID
     * program.
     *
     * "store": where tokens and the memory of refused logins are. "memory" (default): nothing is ever written to
     * disk. "file:" and the absolute path of a folder: all processes of one user share them, and the next one starts
     * with them. The folder is made for its owner alone if it is not there; one that is a link, another user's, open
     * to others, or that cannot be written or locked is ErpToken::E_STORE, here and at the first call that needs a
     * token. What fails later costs the sharing and no token: the process goes on with its memory, and the log says
     * so. "redis://[user:password@]host[:port][/number]", or "rediss://" over TLS (set "ca_file" before): all
     * machines with the same server and "store_key" share them. A build without the cargo feature redis returns
     * ErpToken::E_UNSUPPORTED. A server that refuses is ErpToken::E_STORE here; while one is away, memory goes on.
     *
     * "store_key": what the store is sealed with. 64 hexadecimal digits; "file:" and the path of a file that holds
     * them and is its owner's alone (read now: ErpToken::E_OPTION if it cannot be, ErpToken::E_STORE if others may);
     * on Windows "dpapi:machine", and without the option a key of the user's own. Elsewhere, and for a Redis server,
     * a store without a key is ErpToken::E_MISSING at the first call that needs a token.
     *
     * The first call that needs a token fixes both, until erptoken_shutdown: another value is ErpToken::E_OPTION
     * then.
     *
     * A child of a fork starts with everything that its parent has set.
     *
     * Threads: any.
     *
     * @param ?string $option "background" ("1"; "0": the library never starts a thread, the caller runs the renewal),
     *   "language" ("en"; "pt": Portuguese of Brazil), "log_file" (absolute path of a file that the log is written
     *   to), "log_level" (of that file: "off", "error", "warning", "information", "debug" or 0 to 4; "information"),
     *   "max_idle_tokens" (tokens kept of accounts that are closed, those closed last; 4096), "store" and "store_key"
     *   (see below), or an account option that is not a credential, such as "timeout_ms".
     * @param ?string $value The value as text. null or "": back to the default.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT; ErpToken::E_ENCODING; ErpToken::E_OPTION; ErpToken::E_STORE;
     *   ErpToken::E_UNSUPPORTED (of another build or system).
     */
    public static function erptoken_configure(?string $option, ?string $value): int
    {
        return self::library()->erptoken_configure($option, $value);
    }

    /**
     * Adds a log callback, changes its level, or removes it.
     *
     * Lines of work behind the callers wait for the next call; when 256 wait the oldest are dropped, and a line tells
     * how many. No line ever holds a secret: no password, key, token or value of an option. A user name is shown.
     * erptoken_shutdown removes every callback. A child of fork has its parent's callbacks, and none of the lines
     * that waited there.
     *
     * Threads: any. Do not remove a callback while holding a lock that it takes.
     *
     * @param ?\FFI\CData $callback Called with one line at a time.
     * @param ?\FFI\CData $user_data Given back to the callback; with it, it is what tells callbacks apart.
     * @param int $level 1 error, 2 warning, 3 information, 4 debug: lines up to this one. 0 removes the callback:
     *   when this call returns ErpToken::OK it does not run and will not run again; OK too if it was not there.
     * @return int ErpToken::OK; ErpToken::E_ARGUMENT (null, or no level); ErpToken::E_LIMIT (16 callbacks are there);
     *   ErpToken::E_TIMEOUT (level 0: it is removed, but still runs on another thread after 30 s).
     */
    public static function erptoken_log(?\FFI\CData $callback, ?\FFI\CData $user_data, int $level): int
    {
        return self::library()->erptoken_log($callback, $user_data, $level);
    }

    /**
     * Makes a report about an account and its way to the provider that a person can send to support. No secrets.
     *
     * The response is JSON. Its member "text" is the report for a person, in the "language" of the process: read it
     * with erptoken_response_field(response, "/text", ...). The others are for a program: "library", "time",
     * "provider", "environment", "account" (user, names of the options set, missing ones), "client_certificate"
     * (where one is set: subject, issuer, from, until, key, kind), "token" (state, last error), "store", "proxy",
     * "dns", "tcp", "tls" (with the chain of certificates), "http", "clock" ("ahead_s": the server's clock less this
     * one) and "advice" (a list of "code" and "text"; empty: nothing is wrong). A step that was not reached is not
     * there.
     *
     * It looks the provider's host up, connects, looks at its certificates and asks for no page in particular.
     * Credentials and tokens are not sent, the token is neither got nor changed. A client certificate that is set is
     * shown to a server that asks for one and is trusted. A user name is shown.
     *
     * Threads: any; waits "timeout_ms" at most.
     *
     * @param int $account From erptoken_open; it need not be able to log in, nor have its options.
     * @param ?\FFI\CData $response Receives a handle, to be read with the erptoken_response functions and closed with
     *   erptoken_close. Left as it is when the call fails.
     * @return int ErpToken::OK, whatever the report says: what is broken is in it; ErpToken::E_ARGUMENT;
     *   ErpToken::E_HANDLE; ErpToken::E_LIMIT (no memory for one more handle).
     */
    public static function erptoken_diagnose(int $account, ?\FFI\CData $response): int
    {
        return self::library()->erptoken_diagnose($account, $response);
    }

    /**
     * Checks a profile, for its author: all problems of the file at once, and what it would send. Sends nothing.
     *
     * The response is JSON. Its member "text" is all of it for a person, in the "language" of the process: read it
     * with erptoken_response_field(response, "/text", ...). The others are for a program: "valid" (true or false),
     * "name", "title", "problems" and "warnings" (lists of "line", "column", "place", "text" and "hint"; a file with
     * warnings alone is valid), "requests" (of a valid profile, in its usual and its test environment: "environment",
     * "operation", "needs", "method", "url", "headers" and "body", with [name] in place of every value, such as
     * [password], and [...] in place of what stands in the profile itself under the name of a secret; "api" is a call
     * of the program's own) and "values" (what is computed, and of what). No value of an option is needed, or shown.
     *
     * Threads: any. Lifetime: of the response, until erptoken_close or erptoken_shutdown.
     *
     * @param ?string $path The absolute path of a profile ending in ".json", or "senior", "invoisys", "assine".
     * @param ?\FFI\CData $response Receives a handle, to be read with the erptoken_response functions and closed with
     *   erptoken_close. Left as it is when the call fails.
     * @return int ErpToken::OK for any file that can be read, valid or not; ErpToken::E_ARGUMENT (null);
     *   ErpToken::E_ENCODING; ErpToken::E_PROVIDER (unknown name, or a file that cannot be read: the text says why);
     *   ErpToken::E_LIMIT (no memory for one more handle).
     */
    public static function erptoken_check_profile(?string $path, ?\FFI\CData $response): int
    {
        return self::library()->erptoken_check_profile($path, $response);
    }

    /**
     * Ends everything: closes every handle, wipes every token, waits 2 s at most for renewals under way, and removes
     * every log callback after the last lines.
     *
     * For the program that owns the process; a plugin closes its own accounts instead. The next call of any function
     * starts afresh. Calls that wait for a token on other threads return ErpToken::E_HANDLE. Those that send
     * something themselves (erptoken_request, the erptoken_app functions, erptoken_diagnose) end in their own time,
     * and a response that one of them brings is to be closed. A log callback that runs on another thread is waited
     * for, 2 s at most: let it end before what it uses is freed. Nothing is revoked at the providers.
     *
     * Threads: any, but not from DllMain.
     *
     * @return int ErpToken::OK, also when there was nothing to end.
     */
    public static function erptoken_shutdown(): int
    {
        return self::library()->erptoken_shutdown();
    }

    // ---- Functions without state ----

    /**
     * Returns the ABI's version of the loaded library: major * 1000 + number of additions.
     *
     * Threads: any; also from the log callback.
     *
     * @return int The number itself, not a status. A program built against this header needs the same thousands and
     *   at least ErpToken::ABI_VERSION.
     */
    public static function erptoken_abi_version(): int
    {
        return self::library()->erptoken_abi_version();
    }

    /**
     * Reads the library's version, such as "0.1.0".
     *
     * Threads: any; also from the log callback.
     *
     * @param ?\FFI\CData $buffer Receives the text, NUL-terminated.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT.
     */
    public static function erptoken_version(?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_version($buffer, $length);
    }

    /**
     * Reads the name of a status, such as "ERPTOKEN_E_NETWORK".
     *
     * Threads: any; also from the log callback.
     *
     * @param int $status What a function returned.
     * @param ?\FFI\CData $buffer Receives the name, NUL-terminated.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT (also for a number that is not a status).
     */
    public static function erptoken_status_name(int $status, ?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_status_name($status, $buffer, $length);
    }

    /**
     * Says whether the same call may succeed later with nothing changed, as far as the number tells: of the failure
     * itself erptoken_error_retryable knows more.
     *
     * Threads: any; also from the log callback.
     *
     * @param int $status What a function returned.
     * @return int 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed first. Not a
     *   status.
     */
    public static function erptoken_status_retryable(int $status): int
    {
        return self::library()->erptoken_status_retryable($status);
    }

    // ---- Why the last failing call of this thread failed ----

    /**
     * Says what happened and what to do about it, in one sentence or two. Contains no secret.
     *
     * Threads: about the calling thread only. A call that succeeds changes nothing here.
     *
     * @param ?\FFI\CData $buffer Receives the text in UTF-8, NUL-terminated; empty if no call of this thread failed
     *   yet. 1201 bytes hold every text. In the language that erptoken_configure had set when the call failed.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT.
     */
    public static function erptoken_error_text(?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_error_text($buffer, $length);
    }

    /**
     * Reads the provider's own code for the failure, such as "credenciais_invalidas"; "guard" is this library's
     * lockout guard.
     *
     * Threads: about the calling thread only.
     *
     * @param ?\FFI\CData $buffer Receives the code, NUL-terminated; empty if the provider gave none.
     * @param ?\FFI\CData $length As for erptoken_get.
     * @return int ErpToken::OK; ErpToken::E_BUFFER; ErpToken::E_ARGUMENT.
     */
    public static function erptoken_error_server_code(?\FFI\CData $buffer, ?\FFI\CData $length): int
    {
        return self::library()->erptoken_error_server_code($buffer, $length);
    }

    /**
     * Reads the HTTP status of the failure.
     *
     * Threads: about the calling thread only.
     *
     * @return int The status, or 0 if no answer came. Not an ERPTOKEN status.
     */
    public static function erptoken_error_http_status(): int
    {
        return self::library()->erptoken_error_http_status();
    }

    /**
     * Says after how many seconds it makes sense to call again.
     *
     * Threads: about the calling thread only.
     *
     * @return int Seconds; 0: at once, if erptoken_error_retryable() says that it makes sense at all. Not an ERPTOKEN
     *   status.
     */
    public static function erptoken_error_retry_after(): int
    {
        return self::library()->erptoken_error_retry_after();
    }

    /**
     * Says whether the call that failed may be made again with nothing changed. It knows more than
     * erptoken_status_retryable: never so for a request that may have been carried out, such as a POST of
     * erptoken_request whose answer did not come. Look first whether it was.
     *
     * Threads: about the calling thread only.
     *
     * @return int 1: try again, after erptoken_error_retry_after() seconds; 0: something must be changed or looked at
     *   first, or no call of this thread failed yet. Not an ERPTOKEN status.
     */
    public static function erptoken_error_retryable(): int
    {
        return self::library()->erptoken_error_retryable();
    }}

/** A call failed; getMessage() says what to do about it, getCode() is one of ErpToken::E_.... */
class ErpTokenException extends \RuntimeException
{
    /** The provider's own code; empty if it gave none. */
    public string $serverCode = '';
    /** 0: no answer came. */
    public int $httpStatus = 0;
    /** Seconds after which to try again. */
    public int $retryAfter = 0;
    /** Whether the same call may succeed later with nothing changed, and can do no harm. */
    public bool $retryable = false;

    /** Throws unless the status is OK: of the last failing call of this thread. None of these calls touches it. */
    public static function check(int $status): void
    {
        if ($status === ErpToken::OK) {
            return;
        }
        $error = new self(ErpTokenCalls::read([ErpTokenNative::class, 'erptoken_error_text'])[1], $status);
        $error->serverCode = ErpTokenCalls::read([ErpTokenNative::class, 'erptoken_error_server_code'])[1];
        $error->httpStatus = ErpTokenNative::erptoken_error_http_status();
        $error->retryAfter = ErpTokenNative::erptoken_error_retry_after();
        $error->retryable = ErpTokenNative::erptoken_error_retryable() !== 0;
        throw $error;
    }
}

/** What accounts and responses have in common. */
abstract class ErpTokenCalls
{
    private int $handle = 0;

    protected function opened(int $handle): void
    {
        $this->handle = $handle;
    }

    /** For the functions of ErpTokenNative. */
    public function handle(): int
    {
        return $this->handle;
    }

    /** May be called twice, and after a shutdown, which closes everything. */
    public function close(): void
    {
        $handle = $this->handle;
        $this->handle = 0;
        $status = ErpTokenNative::erptoken_close($handle);
        if ($status !== ErpToken::E_HANDLE) {
            ErpTokenException::check($status);
        }
    }

    public function __destruct()
    {
        if ($this->handle !== 0) {
            ErpTokenNative::erptoken_close($this->handle);
        }
    }

    public function __clone()
    {
        throw new \LogicException('a handle is closed once');
    }

    public function __serialize(): array
    {
        throw new \LogicException('a handle is another one\'s in another process');
    }

    public function __unserialize(array $data): void
    {
        throw new \LogicException('a handle is another one\'s in another process');
    }

    /**
     * What a function writes into a buffer, as long as it asks for a larger one.
     *
     * @return array{int, string}
     */
    public static function read(callable $function, ...$arguments): array
    {
        $length = ErpTokenNative::number(1500); // Holds nearly every token, and every error text.
        do {
            $capacity = $length->cdata;
            $buffer = ErpTokenNative::buffer($capacity);
            $status = $function(...array_merge($arguments, [$buffer, ErpTokenNative::out($length)]));
            $text = $status === ErpToken::OK ? \FFI::string($buffer, $length->cdata) : '';
            \FFI::memset($buffer, 0, \FFI::sizeof($buffer));
        } while ($status === ErpToken::E_BUFFER);
        return [$status, $text];
    }

    protected static function textOf(string $function, ...$arguments): string
    {
        [$status, $text] = self::read([ErpTokenNative::class, $function], ...$arguments);
        ErpTokenException::check($status);
        return $text;
    }

    /** What a function writes into a number. */
    protected static function numberOf(string $function, ...$arguments): int
    {
        $number = ErpTokenNative::number();
        $arguments[] = ErpTokenNative::out($number);
        ErpTokenException::check(ErpTokenNative::$function(...$arguments));
        return $number->cdata;
    }

    /** A text for the library, where it would end at a NUL. */
    protected static function whole(
        #[\SensitiveParameter]
        ?string $text
    ): ?string {
        if ($text !== null && strpos($text, "\0") !== false) {
            throw new \InvalidArgumentException('a text with a NUL in it');
        }
        return $text;
    }
}

/** An answer to a request, whatever its HTTP status. */
final class ErpTokenResponse extends ErpTokenCalls
{
    public function __construct(int $handle)
    {
        $this->opened($handle);
    }

    public function status(): int
    {
        return self::numberOf('erptoken_response_status', $this->handle());
    }

    /** The body as text, from the character set that it declares. */
    public function text(): string
    {
        return self::textOf('erptoken_response_text', $this->handle());
    }

    /** @return mixed */
    public function json()
    {
        return json_decode($this->text(), true, 512, JSON_THROW_ON_ERROR);
    }

    /** The body as it came. */
    public function bytes(): string
    {
        $length = ErpTokenNative::number();
        $bytes = null;
        $status = ErpTokenNative::erptoken_response_bytes($this->handle(), null, ErpTokenNative::out($length));
        if ($status === ErpToken::E_BUFFER) {
            $bytes = ErpTokenNative::buffer($length->cdata);
            $status = ErpTokenNative::erptoken_response_bytes($this->handle(), $bytes, ErpTokenNative::out($length));
        }
        ErpTokenException::check($status);
        return $bytes === null ? '' : \FFI::string($bytes, $length->cdata);
    }

    /** A header's value; null if there is none. */
    public function header(string $name): ?string
    {
        return $this->find('erptoken_response_header', $name);
    }

    /** A value of a JSON body ("/items/0/id"); null if there is none. */
    public function field(string $path): ?string
    {
        return $this->find('erptoken_response_field', $path);
    }

    private function find(string $function, string $name): ?string
    {
        [$status, $text] = self::read([ErpTokenNative::class, $function], $this->handle(), self::whole($name));
        if ($status === ErpToken::E_NOT_FOUND) {
            return null;
        }
        ErpTokenException::check($status);
        return $text;
    }
}

/** An account at "senior", "invoisys", "assine", or the absolute path of a profile. */
final class ErpToken extends ErpTokenCalls
{
    /**
     * The ABI's version: major * 1000 + number of additions. Compare with erptoken_abi_version().
     */
    public const ABI_VERSION = 1001;

    /**
     * Capacity that holds every id of an application token, its NUL included.
     */
    public const ID_SIZE = 65;

    /**
     * It worked.
     */
    public const OK = 0;

    /**
     * An argument is null, negative or malformed. Not worth repeating.
     */
    public const E_ARGUMENT = -1001;

    /**
     * The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
     */
    public const E_HANDLE = -1002;

    /**
     * The buffer is too small: *length says what is needed, call again. The last error is left as it is.
     */
    public const E_BUFFER = -1003;

    /**
     * A text is not UTF-8 (erptokenw_: UTF-16; erptokena_: ANSI). Not worth repeating.
     */
    public const E_ENCODING = -1004;

    /**
     * Called from inside the log callback. Not worth repeating.
     */
    public const E_REENTRANT = -1005;

    /**
     * Too many open handles, or an answer above max_response_bytes. Not worth repeating.
     */
    public const E_LIMIT = -1006;

    /**
     * Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
     */
    public const E_PROVIDER = -2001;

    /**
     * Unknown option or field, or a bad value. Not worth repeating.
     */
    public const E_OPTION = -2002;

    /**
     * A required option is not set: the text names it. Not worth repeating.
     */
    public const E_MISSING = -2003;

    /**
     * This provider, or this build, has no such operation. Not worth repeating.
     */
    public const E_UNSUPPORTED = -2004;

    /**
     * Plain http without allow_http, or a host the token may not go to. Not worth repeating.
     */
    public const E_INSECURE = -2005;

    /**
     * The store that the program named cannot be used. Not worth repeating.
     */
    public const E_STORE = -2006;

    /**
     * Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
     */
    public const E_NETWORK = -3001;

    /**
     * The caller's time ran out. Worth repeating.
     */
    public const E_TIMEOUT = -3002;

    /**
     * TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
     */
    public const E_TLS = -3003;

    /**
     * The proxy refused, or wants a login (407). Not worth repeating.
     */
    public const E_PROXY = -3004;

    /**
     * User, password or key refused. Not worth repeating.
     */
    public const E_CREDENTIALS = -4001;

    /**
     * A second factor is wanted: set mfa_code and ask again. Not worth repeating.
     */
    public const E_MFA = -4002;

    /**
     * The provider wants the password changed first. Not worth repeating.
     */
    public const E_PASSWORD_CHANGE = -4003;

    /**
     * The account may not do this. Not worth repeating.
     */
    public const E_FORBIDDEN = -4004;

    /**
     * No such application token, header or field. Not worth repeating.
     */
    public const E_NOT_FOUND = -4005;

    /**
     * The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
     */
    public const E_RATE_LIMITED = -4006;

    /**
     * The provider failed (5xx). Worth repeating.
     */
    public const E_SERVER = -4007;

    /**
     * The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
     */
    public const E_RESPONSE = -4008;

    /**
     * From erptoken_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
     * repeating.
     */
    public const E_REFUSED_AGAIN = -4009;

    /**
     * A bug in this library, caught. Not worth repeating.
     */
    public const E_INTERNAL = -9001;

    /** @param array<string, ?string> $options */
    public function __construct(
        string $provider,
        #[\SensitiveParameter]
        array $options = []
    ) {
        $this->opened(self::numberOf('erptoken_open', self::whole($provider)));
        try {
            foreach ($options as $option => $value) {
                $this->set($option, $value);
            }
        } catch (\Throwable $problem) { // Of an object that was not made PHP calls no destructor.
            $this->close();
            throw $problem;
        }
    }

    /** Sets an option; null or "" is the default. */
    public function set(
        string $option,
        #[\SensitiveParameter]
        ?string $value
    ): void {
        ErpTokenException::check(ErpTokenNative::erptoken_set($this->handle(), self::whole($option), self::whole($value)));
    }

    /** The access token: at once from memory, else by a login or a refresh. */
    public function get(): string
    {
        return self::textOf('erptoken_get', $this->handle());
    }

    /** The header's value, "Bearer ...", ready to be sent. */
    public function authorization(): string
    {
        return self::textOf('erptoken_authorization', $this->handle());
    }

    /** Gets a newer token now. */
    public function renew(): void
    {
        ErpTokenException::check(ErpTokenNative::erptoken_renew($this->handle()));
    }

    /** An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a permission. */
    public function reject(
        #[\SensitiveParameter]
        string $token
    ): bool {
        $status = ErpTokenNative::erptoken_reject($this->handle(), self::whole($token));
        if ($status === self::E_REFUSED_AGAIN) {
            return false;
        }
        ErpTokenException::check($status);
        return true;
    }

    /** Revokes the token at the provider, then forgets it. */
    public function logout(): void
    {
        ErpTokenException::check(ErpTokenNative::erptoken_logout($this->handle()));
    }

    /** A field as text: "state", "expires_at", "source", ... */
    public function info(string $field): string
    {
        return self::textOf('erptoken_info', $this->handle(), self::whole($field));
    }

    /** A field as a number: "expires_in", "logins", ... */
    public function infoInt(string $field): int
    {
        return self::numberOf('erptoken_info_int', $this->handle(), self::whole($field));
    }

    /** Whether this account may create application tokens. */
    public function appAllowed(): bool
    {
        return self::numberOf('erptoken_app_check', $this->handle()) !== 0;
    }

    /** Creates an application token; its id. Expires: a number of days ("365"), or an instant in RFC 3339 with its zone. */
    public function appCreate(string $expires): string
    {
        // Once, with room for every id: a creation is never repeated blindly.
        $id = ErpTokenNative::buffer(self::ID_SIZE);
        $length = ErpTokenNative::number(self::ID_SIZE);
        ErpTokenException::check(ErpTokenNative::erptoken_app_create(
            $this->handle(), self::whole($expires), $id, ErpTokenNative::out($length)));
        return \FFI::string($id, $length->cdata);
    }

    /** An application token that was created here. */
    public function appGet(string $id): string
    {
        return self::textOf('erptoken_app_get', $this->handle(), self::whole($id));
    }

    /** The application tokens as JSON. */
    public function appList(): ErpTokenResponse
    {
        return new ErpTokenResponse(self::numberOf('erptoken_app_list', $this->handle()));
    }

    /** Revokes an application token and forgets it. */
    public function appRevoke(string $id): void
    {
        ErpTokenException::check(ErpTokenNative::erptoken_app_revoke($this->handle(), self::whole($id)));
    }

    /**
     * Sends a request with the token on it, renewed and repeated once on 401.
     *
     * @param string $url  Absolute, or beginning with "/" and then appended to the environment's API address.
     * @param string|array<string>|null $headers  Lines of "Name: value", or an array of them or by names.
     * @param ?string $body  Bytes as they are: text in UTF-8, sent as JSON unless a header says otherwise.
     */
    public function request(string $method, string $url, $headers = null, ?string $body = null): ErpTokenResponse
    {
        $lines = is_array($headers) ? '' : $headers;
        foreach (is_array($headers) ? $headers : [] as $name => $value) {
            $line = is_int($name) ? (string) $value : "$name: $value";
            if (preg_match('/[\r\n]/', $line) === 1) {
                throw new \InvalidArgumentException('a header with a line break in it');
            }
            $lines .= "$line\r\n";
        }
        if (strlen($body ?? '') > 0x7fffffff) {
            throw new \InvalidArgumentException('a body above 2 GiB');
        }
        // A text goes with its NUL, and then as JSON.
        $isText = $body !== null && $body !== '' && strpos($body, "\0") === false && preg_match('//u', $body) === 1;
        return new ErpTokenResponse(self::numberOf('erptoken_request', $this->handle(), self::whole($method),
            self::whole($url), self::whole($lines), $body, $isText ? -1 : strlen($body ?? '')));
    }

    /** A report for support, without secrets. */
    public function diagnose(): ErpTokenResponse
    {
        return new ErpTokenResponse(self::numberOf('erptoken_diagnose', $this->handle()));
    }

    public static function version(): string
    {
        return self::textOf('erptoken_version');
    }

    /** Sets an option of the process, or the default of an account option. */
    public static function configure(string $option, ?string $value): void
    {
        ErpTokenException::check(ErpTokenNative::erptoken_configure(self::whole($option), self::whole($value)));
    }

    /** What is wrong with a profile, and what it would send; nothing is sent. */
    public static function checkProfile(string $path): ErpTokenResponse
    {
        return new ErpTokenResponse(self::numberOf('erptoken_check_profile', self::whole($path)));
    }

    /** Closes every handle and wipes every token: for the program, not for a plugin. */
    public static function shutdown(): void
    {
        ErpTokenException::check(ErpTokenNative::erptoken_shutdown());
    }
}
