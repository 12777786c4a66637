<?php
// erptoken @VERSION@ for PHP 7.4 and newer with its extension FFI: declarations generated from the library's source, and below
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
@DECLARED@
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

@FUNCTIONS@
}

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
@CONSTANTS@
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
