// What a host in Node.js may do to the library. Silent when all is well. The file is given as ERPTOKEN_FILE.
'use strict';
const http = require('http');
const erptoken = require(process.env.ERPTOKEN_FILE);

const { native } = erptoken;
const SENIOR = process.env.ERPTOKEN_SANDBOX_SENIOR;
const ACCENTED = 'jos\u00e9 \u20ac \ud83d\ude00';

function check(condition, what) {
    if (condition) return;
    console.log(`failed: ${what}`);
    process.exit(1);
}

function fails(call) {
    try {
        call();
    } catch (error) {
        check(error instanceof erptoken.ErpTokenError, error.stack);
        return error;
    }
    return check(false, 'no exception');
}

async function rejects(promise) {
    try {
        await promise;
    } catch (error) {
        check(error instanceof erptoken.ErpTokenError, error.stack);
        return error;
    }
    return check(false, 'no exception');
}

const opened = (username = 'admin@empresa.com.br', password = 'senhaUsuario') =>
    new erptoken.Account('senior', { username, password, base_url: SENIOR });

function shortBuffers(account) {
    const size = [0];
    check(native.erptoken_get(account.handle, null, size) === erptoken.E_BUFFER && size[0] > 1, 'asking for the size');
    const needed = size[0];
    for (let capacity = 0; capacity <= needed + 1; capacity += 1) {
        const buffer = Buffer.alloc(needed + 8, 0xa5), length = [capacity];
        const status = native.erptoken_get(account.handle, buffer, length);
        const fits = capacity >= needed;
        check(status === (fits ? erptoken.OK : erptoken.E_BUFFER), `the status with ${capacity}`);
        check(length[0] === (fits ? needed - 1 : needed), `the length with ${capacity}`);
        check(buffer.subarray(Math.min(capacity, needed)).every((byte) => byte === 0xa5), 'a byte beyond the buffer');
    }
}

function failures() {
    const account = opened('ninguem@empresa.com.br', 'errada');
    const error = fails(() => account.get());
    check(error.status === erptoken.E_CREDENTIALS, error.message);
    check(error.httpStatus === 401 && error.serverCode && error.message.length > 20 && !error.retryable, 'what a failure tells');
    check(error.retryAfter > 0, 'when to try again');
    const handle = account.handle;
    account.close();
    account.close();
    check(fails(() => account.get()).status === erptoken.E_HANDLE, 'a closed account');
    check(native.erptoken_close(handle) === erptoken.E_HANDLE, 'a handle closed twice');
    check(fails(() => new erptoken.Account('nobody')).status === erptoken.E_PROVIDER, 'an unknown provider');
    check(fails(() => new erptoken.Account(null)).status === erptoken.E_ARGUMENT, 'no provider');
    check(fails(() => new erptoken.Account('senior', { colour: 'blue' })).status === erptoken.E_OPTION, 'an unknown option');
    check(fails(() => erptoken.configure('colour', 'blue')).status === erptoken.E_OPTION, 'an option of the process');
    try {
        erptoken.configure('proxy', 'a\0b');
        check(false, 'a text that would be cut');
    } catch (problem) {
        check(problem instanceof TypeError, problem);
    }
}

function requests(account) {
    const body = JSON.stringify({ nome: ACCENTED });
    const answer = account.request('POST', '/tms/freights', { 'X-Erp': '1', 'X-Other': '2' }, body);
    check(answer.status === 201 && answer.field('/text') === body, answer.text());
    check(answer.field('/content_type') === 'application/json', 'the type of a text');
    check(answer.field('/none') === null && answer.header('X-None') === null, 'what is not there');
    check(answer.bytes().toString() === answer.text() && answer.json().text === body, 'bytes, text and JSON');
    answer.close();
    const bytes = account.request('POST', '/tms/freights', 'Content-Type: text/plain', Buffer.from([0, 255, 13, 10]));
    check(bytes.field('/length') === '4', 'bytes as they are');
    check(fails(() => account.request('GET', 'https://example.com/')).status === erptoken.E_INSECURE, 'another host');
}

// What would be sent as something else is refused.
async function mistakes(account) {
    const refuses = (call) => {
        let problem = null;
        try { call(); } catch (thrown) { problem = thrown; }
        check(problem instanceof TypeError, `sent: ${call}`);
    };
    const send = (headers, body) => account.request('POST', '/tms/freights', headers, body);
    refuses(() => account.set('password', 'a\ud800b'));
    refuses(() => account.set('password', Promise.resolve('senhaUsuario')));
    for (const headers of [{ 'X-Erp': '1\r\nX-More: 2' }, { 'X-Erp': undefined }, ['X-Erp: 1']]) refuses(() => send(headers, 'x'));
    for (const body of ['"\ud800"', 5, {}, [1, 300], new Date()]) refuses(() => send(null, body));
    const text = { 'Content-Type': 'text/plain' };
    for (const headers of [text, new Map(Object.entries(text)), ...(global.Headers ? [new Headers(text)] : [])]) {
        check(send(headers, 'x').field('/content_type') === 'text/plain', 'headers of every kind');
        const later = await account.requestAsync('POST', '/tms/freights', headers, 'x');
        check(later.field('/content_type') === 'text/plain', 'headers of every kind, from another thread');
    }
    check(send(text, new Uint16Array([256, 257])).field('/length') === '4', 'all bytes');
}

// Each failure has its own words, whatever other calls do at the same time, here and on the other threads.
async function parallel(account) {
    const calls = Array.from({ length: 200 }, async (_, number) => {
        const host = `host-${number}.example`;
        const failure = rejects(account.requestAsync('GET', `https://${host}/`));
        const here = fails(() => new erptoken.Account(`nobody-${number}`));
        const error = await failure;
        check(here.message.includes(`nobody-${number}`), here.message);
        check(error.status === erptoken.E_INSECURE && error.message.includes(host), error.message);
        check((await account.getAsync()).length === 32, 'a token between them');
    });
    await Promise.all(calls);
    const wrong = opened('ninguem@empresa.com.br', 'errada');
    const error = await rejects(wrong.authorizationAsync());
    check(error.status === erptoken.E_CREDENTIALS && error.httpStatus === 401 && error.serverCode, 'a failure from another thread');
    check(error.retryAfter > 0 && error.retryable === false, 'when to try again, from another thread');
    wrong.close();
    check((await rejects(wrong.getAsync())).status === erptoken.E_HANDLE, 'a closed account');
    const answer = await account.requestAsync('POST', '/tms/freights', null, '{}');
    check(answer.status === 201 && (await account.diagnoseAsync()).field('/text'), 'answers from another thread');
    let refused = null;
    await account.requestAsync('GET', '/tms/freights', null, () => 0).catch((problem) => { refused = problem; });
    check(refused && !(refused instanceof erptoken.ErpTokenError), 'what cannot be sent');
}

// The loop goes on while a call waits for the provider.
async function loop(account) {
    await post('/_sandbox/fault?operation=api&fault=slow:1500&times=1');
    let turns = 0;
    const timer = setInterval(() => { turns += 1; }, 10);
    check((await account.requestAsync('GET', '/tms/freights')).status === 200, 'a slow answer');
    clearInterval(timer);
    check(turns > 5, `the loop stood still: ${turns}`);
}

function post(path) {
    return new Promise((resolve, reject) => {
        const request = http.request(process.env.ERPTOKEN_SANDBOX_HTTP + path, { method: 'POST', agent: false }, (answer) => {
            answer.resume().on('end', resolve);
        });
        request.on('error', reject).end();
    });
}

async function refused(account) {
    await post('/_sandbox/fault?operation=api&fault=status:401&times=2');
    const renewals = () => account.infoInt('logins') + account.infoInt('refreshes');
    const before = renewals();
    check(account.request('GET', '/tms/freights').status === 401, 'a refusal comes through');
    check(renewals() === before + 1, 'one new token');
    check(account.request('GET', '/tms/freights').status === 200, 'the token is kept');
    check(account.reject(account.get()) === false, 'a token that replaced a refused one');
}

async function main() {
    const account = opened();
    await account.renewAsync();
    const token = account.get();
    check(token.length === 32 && account.authorization() === `Bearer ${token}`, 'the token');
    shortBuffers(account);
    requests(account);
    await mistakes(account);
    const same = opened();
    check(same.get() === token && same.infoInt('logins') === 1, 'one login for both');
    same.set('username', ACCENTED);
    check(same.info('username') === ACCENTED, 'letters of every length');
    same.set('username', null);
    check(same.info('username') === '', 'back to the default');
    failures();
    await parallel(account);
    await loop(account);
    await refused(account);
    check(erptoken.checkProfile('senior').json().valid === true, 'a profile');
    await account.logoutAsync();
    check(erptoken.version() !== '', 'the version');
    erptoken.shutdown();
    account.close();
}

main().catch((error) => {
    console.log(error.stack);
    process.exitCode = 1;
});
