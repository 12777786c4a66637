<?php
// A token in PHP, by include/php/ErpToken.php (7.4 and newer, extension FFI). Prints its length.
// Put your own user and password in, and leave the line with "base_url" out.

require_once __DIR__ . '/../include/php/ErpToken.php';

try {
    $account = new ErpToken('senior', ['username' => 'admin@empresa.com.br', 'password' => 'senhaUsuario']);
    $account->set('base_url', getenv('ERPTOKEN_SANDBOX_SENIOR')); // Only for trying it out.
    echo 'a token of ', strlen($account->get()), " characters\n";
} catch (ErpTokenException $error) {
    fwrite(STDERR, $error->getCode() . ': ' . $error->getMessage() . "\n");
    exit(1);
}
