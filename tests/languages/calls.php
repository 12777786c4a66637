<?php
// What a host in PHP may do to the library. Silent when all is well. The file is given as ERPTOKEN_FILE, or preloaded.

if (!class_exists('ErpToken')) {
    require_once getenv('ERPTOKEN_FILE');
}

const ACCENTED = "jos\u{e9} \u{20ac} \u{1f600}";

function check(bool $condition, string $what): void
{
    if (!$condition) {
        echo "failed: $what\n";
        exit(1);
    }
}

function fails(callable $call): ErpTokenException
{
    try {
        $call();
    } catch (ErpTokenException $error) {
        return $error;
    }
    check(false, 'no exception');
}

function opened(string $user = 'admin@empresa.com.br', string $password = 'senhaUsuario'): ErpToken
{
    $base = getenv('ERPTOKEN_SANDBOX_SENIOR');
    return new ErpToken('senior', ['username' => $user, 'password' => $password, 'base_url' => $base]);
}

function shortBuffers(ErpToken $account): void
{
    $length = ErpTokenNative::number();
    $status = ErpTokenNative::erptoken_get($account->handle(), null, ErpTokenNative::out($length));
    $needed = $length->cdata;
    check($status === ErpToken::E_BUFFER && $needed > 1, 'asking for the size');
    for ($capacity = 0; $capacity <= $needed + 1; $capacity++) {
        $buffer = ErpTokenNative::buffer($needed + 8);
        for ($i = 0; $i < $needed + 8; $i++) {
            $buffer[$i] = "\x55";
        }
        $length->cdata = $capacity;
        $status = ErpTokenNative::erptoken_get($account->handle(), $buffer, ErpTokenNative::out($length));
        $fits = $capacity >= $needed;
        check($status === ($fits ? ErpToken::OK : ErpToken::E_BUFFER), "the status with $capacity");
        check($length->cdata === ($fits ? $needed - 1 : $needed), "the length with $capacity");
        for ($i = min($capacity, $needed); $i < $needed + 8; $i++) {
            check($buffer[$i] === "\x55", 'a byte beyond the buffer');
        }
    }
}

function failures(): void
{
    $account = opened('ninguem@empresa.com.br', 'errada');
    $error = fails([$account, 'get']);
    check($error->getCode() === ErpToken::E_CREDENTIALS, $error->getMessage());
    check($error->httpStatus === 401 && $error->serverCode !== '' && !$error->retryable, 'what a failure tells');
    check(strlen($error->getMessage()) > 20 && $error->retryAfter > 0, 'when to try again');
    $handle = $account->handle();
    $account->close();
    $account->close();
    check(fails([$account, 'get'])->getCode() === ErpToken::E_HANDLE, 'a closed account');
    check(ErpTokenNative::erptoken_close($handle) === ErpToken::E_HANDLE, 'a handle closed twice');
    check(fails(fn() => new ErpToken('nobody'))->getCode() === ErpToken::E_PROVIDER, 'an unknown provider');
    check(fails(fn() => new ErpToken('senior', ['colour' => 'blue']))->getCode() === ErpToken::E_OPTION, 'an unknown option');
    check(fails(fn() => ErpToken::configure('colour', 'blue'))->getCode() === ErpToken::E_OPTION, 'an option of the process');
    check(fails(fn() => ErpToken::configure('proxy', "jos\xe9"))->getCode() === ErpToken::E_ENCODING, 'a text that is no UTF-8');
    try {
        ErpToken::configure('proxy', "a\0b");
        check(false, 'a text that would be cut');
    } catch (InvalidArgumentException $problem) {
    }
}

/** What would be sent as something else is refused, and no trace shows what was given. */
function mistakes(ErpToken $account): void
{
    $refuses = function (callable $call): void {
        try {
            $call();
            check(false, 'sent');
        } catch (InvalidArgumentException | LogicException $problem) {
            check(PHP_VERSION_ID < 80200 || strpos((string) $problem, 'segredo') === false, (string) $problem);
        }
    };
    ini_set('zend.exception_ignore_args', '0');
    $refuses(fn() => $account->set('password', "segredo\0x"));
    $refuses(fn() => $account->request('GET', '/tms/freights', ['X-Erp' => "1\r\nX-More: 2"]));
    $refuses(fn() => serialize($account));
    $answer = $account->request('POST', '/tms/freights', ['Content-Type: text/plain'], 'x');
    check($answer->field('/content_type') === 'text/plain', 'headers as a list');
    $closed = opened();
    $closed->close();
    $trace = (string) fails(fn() => $closed->set('password', 'segredo'));
    check(PHP_VERSION_ID < 80200 || strpos($trace, 'segredo') === false, $trace);
    // An object that could not be made keeps no handle.
    $before = opened()->handle();
    for ($i = 0; $i < 3000; $i++) {
        fails(fn() => new ErpToken('senior', ['colour' => 'blue']));
    }
    // The lowest bits tell of how many it is one.
    check((opened()->handle() & 15) === ($before & 15), 'handles were left');
}

function requests(ErpToken $account): void
{
    $body = json_encode(['nome' => ACCENTED], JSON_UNESCAPED_UNICODE);
    $answer = $account->request('POST', '/tms/freights', ['X-Erp' => '1', 'X-Other' => '2'], $body);
    check($answer->status() === 201 && $answer->field('/text') === $body, $answer->text());
    check($answer->field('/content_type') === 'application/json', 'the type of a text');
    check($answer->field('/none') === null && $answer->header('X-None') === null, 'what is not there');
    check($answer->bytes() === $answer->text() && $answer->json()['text'] === $body, 'bytes, text and JSON');
    $answer->close();
    $answer = $account->request('POST', '/tms/freights', 'Content-Type: text/plain', "\0\xff\r\n");
    check($answer->field('/length') === '4', 'bytes as they are');
    check(fails(fn() => $account->request('GET', 'https://example.com/'))->getCode() === ErpToken::E_INSECURE, 'another host');
}

function refused(ErpToken $account): void
{
    $fault = getenv('ERPTOKEN_SANDBOX_HTTP') . '/_sandbox/fault?operation=api&fault=status:401&times=2';
    file_get_contents($fault, false, stream_context_create(['http' => ['method' => 'POST', 'content' => '']]));
    $logins = $account->infoInt('logins') + $account->infoInt('refreshes');
    check($account->request('GET', '/tms/freights')->status() === 401, 'a refusal comes through');
    check($account->infoInt('logins') + $account->infoInt('refreshes') === $logins + 1, 'one new token');
    check($account->request('GET', '/tms/freights')->status() === 200, 'the token is kept');
    check(!$account->reject($account->get()), 'a token that replaced a refused one');
}

$account = opened();
$account->renew();
$token = $account->get();
check(strlen($token) === 32 && $account->authorization() === "Bearer $token", 'the token');
shortBuffers($account);
requests($account);
mistakes($account);
$same = opened();
check($same->get() === $token, 'one login for both');
$same->set('username', ACCENTED);
check($same->info('username') === ACCENTED, 'letters of every length');
$same->set('username', null);
check($same->info('username') === '', 'back to the default');
failures();
refused($account);
for ($i = 0; $i < 10000; $i++) { // Nobody closes them: they are, before there are too many.
    new ErpToken('senior');
}
check($account->diagnose()->field('/text') !== '', 'the report');
check(ErpToken::checkProfile('senior')->json()['valid'] === true, 'a profile');
$account->logout();
check(ErpToken::version() !== '', 'the version');
ErpToken::shutdown();
$account->close();
