// A token in Node.js, by koffi (npm install koffi). Prints its length.
// Put your own user and password in, and leave the line with "base_url" out.
'use strict';
const koffi = require('koffi');

const lib = koffi.load(process.platform === 'win32' ? 'erptoken.dll' : 'liberptoken.so.1');
const open = lib.func('int32_t erptoken_open(const char *provider, _Out_ int32_t *account)');
const set = lib.func('int32_t erptoken_set(int32_t account, const char *option, const char *value)');
const get = lib.func('int32_t erptoken_get(int32_t account, _Out_ uint8_t *buffer, _Inout_ int32_t *length)');
const errorText = lib.func('int32_t erptoken_error_text(_Out_ uint8_t *buffer, _Inout_ int32_t *length)');
const close = lib.func('int32_t erptoken_close(int32_t handle)');

const E_BUFFER = -1003;

// What a call writes into a buffer, as long as it asks for.
function finish(status, buffer, length) {
    check(status);
    return buffer.toString('utf8', 0, length);
}

function text(call) {
    for (let size = 1500; ;) {
        const buffer = Buffer.alloc(size), length = [size];
        const status = call(buffer, length);
        if (status !== E_BUFFER) return finish(status, buffer, length[0]);
        size = length[0];
    }
}

function check(status) {
    if (status !== 0) throw new Error(`${status}: ${text(errorText)}`);
}

// A login takes its time: koffi's `async` makes the call on another thread. From memory the token comes at once.
function token(account) {
    return new Promise((resolve, reject) => {
        const attempt = (size) => {
            const buffer = Buffer.alloc(size), length = [size];
            get.async(account, buffer, length, (error, status) => {
                if (error) reject(error);
                else if (status === E_BUFFER) attempt(length[0]);
                else if (status !== 0) reject(new Error(`status ${status}`)); // Its text belongs to that other thread.
                else resolve(finish(status, buffer, length[0]));
            });
        };
        attempt(1500);
    });
}

async function main() {
    const account = [0];
    check(open('senior', account));
    try {
        check(set(account[0], 'username', 'admin@empresa.com.br'));
        check(set(account[0], 'password', 'senhaUsuario'));
        check(set(account[0], 'base_url', process.env.ERPTOKEN_SANDBOX_SENIOR)); // Only for trying it out.
        const value = await token(account[0]);
        const again = text((buffer, length) => get(account[0], buffer, length));
        if (value !== again) throw new Error('two tokens');
        console.log(`a token of ${value.length} characters`);
    } finally {
        close(account[0]);
    }
}

main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
