<?php
// A token in PHP (7.4 and newer, extension FFI). Prints its length.
// Put your own user and password in, and leave the line with "base_url" out.

$lib = FFI::cdef('
    int32_t erptoken_open(const char *provider, int32_t *account);
    int32_t erptoken_set(int32_t account, const char *option, const char *value);
    int32_t erptoken_get(int32_t account, char *buffer, int32_t *length);
    int32_t erptoken_error_text(char *buffer, int32_t *length);
    int32_t erptoken_close(int32_t handle);
', PHP_OS_FAMILY === 'Windows' ? 'erptoken.dll' : 'liberptoken.so.1');

const E_BUFFER = -1003;

/** What a call writes into a buffer, as long as it asks for. */
function text(callable $call): string
{
    global $lib;
    $length = $lib->new('int32_t');
    $length->cdata = 1500;
    do {
        $buffer = $lib->new('char[' . $length->cdata . ']');
        $status = $call($buffer, FFI::addr($length));
    } while ($status === E_BUFFER);
    check($status);
    return FFI::string($buffer, $length->cdata);
}

function check(int $status): void
{
    global $lib;
    if ($status !== 0) {
        throw new RuntimeException($status . ': ' . text([$lib, 'erptoken_error_text']));
    }
}

$account = $lib->new('int32_t');
try {
    check($lib->erptoken_open('senior', FFI::addr($account)));
    check($lib->erptoken_set($account->cdata, 'username', 'admin@empresa.com.br'));
    check($lib->erptoken_set($account->cdata, 'password', 'senhaUsuario'));
    check($lib->erptoken_set($account->cdata, 'base_url', getenv('ERPTOKEN_SANDBOX_SENIOR'))); // Only for trying it out.
    $token = text(fn($buffer, $length) => $lib->erptoken_get($account->cdata, $buffer, $length));
    echo 'a token of ', strlen($token), " characters\n";
} catch (RuntimeException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
} finally {
    $lib->erptoken_close($account->cdata);
}
