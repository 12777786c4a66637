// erptoken @VERSION@ for Node.js 16 and newer: declarations generated from the library's source, and below them classes that
// throw. Needs koffi (npm install koffi).
//
//     const erptoken = require('./erptoken');
//
//     const account = new erptoken.Account('senior', { username: 'admin@empresa.com.br', password: 'senhaUsuario' });
//     headers.Authorization = await account.authorizationAsync();
//
// The library is taken from where load() says, else from native/<platform>-<arch>/ beside this file, from beside this file,
// or from the system's search path. Ask for the token before every request instead of keeping it.
//
// The last error belongs to the thread that made the call, so that a function of `native` must not be called by koffi's
// `async`: its error would stay on a thread that nobody reaches. The ...Async methods run call and error as one step on
// threads of this file's own, which end with the program; each of them is busy as long as the provider takes, and
// process.exit waits for it.
//
// Keep this file as it is: a bundle's threads would begin with the whole program.
//
// There is no method for the log's callback, which may come on any of these threads: configure('log_file', ...) has it.
//
// Run on Node.js 20 with koffi 3.3, Linux. Not run: Windows.
'use strict';
const fs = require('fs');
const path = require('path');
const { isAnyArrayBuffer } = require('util').types;
const koffi = require('koffi');
const { Worker, parentPort, workerData } = require('worker_threads');

let chosen = null, library = null;

/** Names the library's file. Before the first call of anything else; without it the library is looked for. */
function load(file) {
    if (library) throw new Error('erptoken is loaded already');
    chosen = file;
}

function candidates() {
    if (chosen) return [chosen];
    const names = process.platform === 'win32' ? ['erptoken.dll'] : ['liberptoken.so.1', 'liberptoken.so'];
    const folders = [path.join(__dirname, 'native', `${process.platform}-${process.arch}`), __dirname];
    const files = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
    return files.filter((file) => fs.existsSync(file)).concat(names);
}

function loaded() {
    const problems = [];
    for (const file of library ? [] : candidates()) {
        try {
            library = koffi.load(file);
            chosen = file;
            break;
        } catch (problem) {
            problems.push(`${file}: ${problem.message}`);
        }
    }
    if (!library)
        throw new Error(`erptoken cannot be loaded: ${problems.join('; ')}. `
            + `Put the library for ${process.arch} beside this file, or name it with load()`);
    return library;
}

/** The functions of the library, as they are. */
const native = {};

function declare(prototype) {
    const name = prototype.match(/(\w+)\(/)[1];
    let call = null;
    native[name] = (...values) => {
        if (!call) call = loaded().func(prototype);
        return call(...values);
    };
}

@CONSTANTS@
@FUNCTIONS@
// ---- What throws ----

/** A call failed; its message says what to do about it. */
class ErpTokenError extends Error {
    constructor(message, told) {
        super(message);
        this.name = 'ErpTokenError';
        /** One of E_.... */
        this.status = told.status;
        /** The provider's own code; empty if it gave none. */
        this.serverCode = told.serverCode;
        /** 0: no answer came. */
        this.httpStatus = told.httpStatus;
        /** Seconds after which to try again. */
        this.retryAfter = told.retryAfter;
        /** Whether the same call may succeed later with nothing changed, and can do no harm. */
        this.retryable = told.retryable;
    }
}

// The error is this thread's until its next failing call. None of these calls touches it.
function check(status) {
    if (status === OK) return;
    throw new ErpTokenError(read(native.erptoken_error_text).value, {
        status,
        serverCode: read(native.erptoken_error_server_code).value,
        httpStatus: native.erptoken_error_http_status(),
        retryAfter: native.erptoken_error_retry_after(),
        retryable: native.erptoken_error_retryable() !== 0,
    });
}

function text(value) {
    if (value === null || value === undefined) return null;
    if (typeof value === 'object' || typeof value === 'function') throw new TypeError('a text is a string');
    const whole = String(value);
    if (whole.includes('\0')) throw new TypeError('a text with a NUL in it');
    if (/[\ud800-\udfff]/u.test(whole)) throw new TypeError('a text with half of a surrogate pair in it');
    return whole;
}

// The lines of an object, a Map or Headers.
function lines(headers) {
    if (headers === null || typeof headers !== 'object') return headers;
    const entries = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
    return entries.map((entry) => {
        const [name, value] = Array.isArray(entry) ? entry.map(text) : [];
        if (typeof value !== 'string' || /[\r\n]/.test(name + value))
            throw new TypeError('a header without a value, or with a line break in it');
        return `${name}: ${value}`;
    }).join('\r\n');
}

function bytesOf(body) {
    if (body === null || body === undefined) return Buffer.alloc(0);
    if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (isAnyArrayBuffer(body)) return Buffer.from(body);
    throw new TypeError('a body is a string or bytes');
}

// What a function writes into a buffer, as long as it asks for a larger one.
function read(call, ...values) {
    for (let capacity = 1500; ;) { // Holds nearly every token, and every error text.
        const buffer = Buffer.alloc(capacity), length = [capacity];
        const status = call(...values, buffer, length);
        const value = status === OK ? buffer.toString('utf8', 0, length[0]) : '';
        buffer.fill(0);
        if (status !== E_BUFFER) return { status, value };
        capacity = length[0];
    }
}

function textOf(call, ...values) {
    const { status, value } = read(call, ...values);
    check(status);
    return value;
}

function numberOf(call, ...values) {
    const number = [0];
    check(call(...values, number));
    return number[0];
}

// Each is one step on one thread: of the caller, or one of our own.
const steps = {
    open(provider) {
        const version = native.erptoken_abi_version();
        if (Math.trunc(version / 1000) !== Math.trunc(ABI_VERSION / 1000) || version < ABI_VERSION)
            throw new Error(`erptoken has another interface (${version}) than this file (${ABI_VERSION})`);
        return numberOf(native.erptoken_open, text(provider));
    },
    get: (account) => textOf(native.erptoken_get, account),
    authorization: (account) => textOf(native.erptoken_authorization, account),
    renew: (account) => check(native.erptoken_renew(account)),
    logout: (account) => check(native.erptoken_logout(account)),
    appAllowed: (account) => numberOf(native.erptoken_app_check, account) !== 0,
    appCreate(account, expires) {
        // Once, with room for every id: a creation is never repeated blindly.
        const id = Buffer.alloc(ID_SIZE), length = [ID_SIZE];
        check(native.erptoken_app_create(account, text(expires), id, length));
        return id.toString('utf8', 0, length[0]);
    },
    appGet: (account, id) => textOf(native.erptoken_app_get, account, text(id)),
    appList: (account) => numberOf(native.erptoken_app_list, account),
    appRevoke: (account, id) => check(native.erptoken_app_revoke(account, text(id))),
    request(account, method, url, headers, body) {
        const isText = typeof body === 'string' && body !== '';
        const bytes = isText ? Buffer.from(text(body) + '\0') : bytesOf(body || null);
        const length = isText ? -1 : bytes.length;
        if (length > 0x7fffffff) throw new RangeError('a body above 2 GiB');
        return numberOf(native.erptoken_request, account, text(method), text(url), text(headers), bytes, length);
    },
    diagnose: (account) => numberOf(native.erptoken_diagnose, account),
};

// ---- Threads of our own ----

const MARK = 'erptoken @VERSION@';
const idle = [], waiting = [];
let alive = 0;

function run(step, ...values) {
    return new Promise((resolve, reject) => {
        waiting.push({ step, values, resolve, reject });
        next();
    });
}

function next() {
    while (waiting.length && (idle.length || alive < module.exports.workers)) {
        const worker = idle.pop() || started();
        const call = waiting.shift();
        try {
            worker.postMessage({ step: call.step, values: call.values });
            worker.call = call;
            worker.ref();
        } catch (error) { // What cannot be sent to a thread is no text and no bytes.
            idle.push(worker);
            call.reject(error);
        }
    }
}

function started() {
    loaded(); // Where it cannot be, that is said here; and they take the same file.
    const worker = new Worker(__filename, { workerData: { mark: MARK, file: chosen }, execArgv: [] });
    alive += 1;
    const done = (end, value) => {
        const call = worker.call;
        worker.call = null;
        if (call) call[end](value);
    };
    worker.on('message', ({ value, message, told }) => {
        worker.unref(); // Without a call it keeps no program running.
        idle.push(worker);
        if (message === undefined) done('resolve', value);
        else done('reject', told ? new ErpTokenError(message, told) : new Error(message));
        next();
    });
    worker.on('error', (error) => done('reject', error));
    worker.on('exit', () => {
        alive -= 1;
        if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
        done('reject', new Error('the thread of the call has ended'));
        next();
    });
    return worker;
}

function serve() {
    chosen = workerData.file;
    parentPort.on('message', ({ step, values }) => {
        try {
            parentPort.postMessage({ value: steps[step](...values) });
        } catch (error) {
            const told = error instanceof ErpTokenError ? { ...error } : null;
            parentPort.postMessage({ message: error.message, told });
        }
    });
}

// ---- Accounts and responses ----

const forgotten = new FinalizationRegistry((handle) => native.erptoken_close(handle));

class Handle {
    constructor(handle) {
        this.handle = handle;
        forgotten.register(this, handle, this);
    }

    /** May be called twice, and after a shutdown, which closes everything. */
    close() {
        const handle = this.handle;
        this.handle = 0;
        forgotten.unregister(this);
        const status = native.erptoken_close(handle);
        if (status !== E_HANDLE) check(status);
    }
}
if (Symbol.dispose) Handle.prototype[Symbol.dispose] = Handle.prototype.close;

/** An answer to a request, whatever its HTTP status. */
class Response extends Handle {
    get status() {
        return numberOf(native.erptoken_response_status, this.handle);
    }

    /** The body as text, from the character set that it declares. */
    text() {
        return textOf(native.erptoken_response_text, this.handle);
    }

    json() {
        return JSON.parse(this.text());
    }

    /** The body as it came. */
    bytes() {
        const length = [0];
        let bytes = Buffer.alloc(0), status = native.erptoken_response_bytes(this.handle, null, length);
        if (status === E_BUFFER) {
            bytes = Buffer.alloc(length[0]);
            status = native.erptoken_response_bytes(this.handle, bytes, length);
        }
        check(status);
        return bytes;
    }

    /** A header's value; null if there is none. */
    header(name) {
        return this._find(native.erptoken_response_header, name);
    }

    /** A value of a JSON body ('/items/0/id'); null if there is none. */
    field(place) {
        return this._find(native.erptoken_response_field, place);
    }

    _find(call, name) {
        const { status, value } = read(call, this.handle, text(name));
        if (status === E_NOT_FOUND) return null;
        check(status);
        return value;
    }
}

/** An account at 'senior', 'invoisys', 'assine', or the absolute path of a profile, with its options. */
class Account extends Handle {
    constructor(provider, options = {}) {
        super(steps.open(provider));
        try {
            for (const [option, value] of Object.entries(options)) this.set(option, value);
        } catch (error) {
            this.close();
            throw error;
        }
    }

    /** Sets an option; null or '' is the default. */
    set(option, value) {
        check(native.erptoken_set(this.handle, text(option), text(value)));
    }

    /** The access token: at once from memory, else by a login or a refresh. */
    get() { return steps.get(this.handle); }
    getAsync() { return this._run('get'); }

    /** The header's value, 'Bearer ...', ready to be sent. */
    authorization() { return steps.authorization(this.handle); }
    authorizationAsync() { return this._run('authorization'); }

    /** Gets a newer token now. */
    renew() { steps.renew(this.handle); }
    renewAsync() { return this._run('renew'); }

    /** An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause is a permission. */
    reject(token) {
        const status = native.erptoken_reject(this.handle, text(token));
        if (status === E_REFUSED_AGAIN) return false;
        check(status);
        return true;
    }

    /** Revokes the token at the provider, then forgets it. */
    logout() { steps.logout(this.handle); }
    logoutAsync() { return this._run('logout'); }

    /** A field as text: 'state', 'expires_at', 'source', ... */
    info(field) { return textOf(native.erptoken_info, this.handle, text(field)); }

    /** A field as a number: 'expires_in', 'logins', ... */
    infoInt(field) { return numberOf(native.erptoken_info_int, this.handle, text(field)); }

    /** Whether this account may create application tokens. */
    appAllowed() { return steps.appAllowed(this.handle); }
    appAllowedAsync() { return this._run('appAllowed'); }

    /** Creates an application token; its id. Expires: a number of days ('365'), or an instant in RFC 3339 with its zone. */
    appCreate(expires) { return steps.appCreate(this.handle, expires); }
    appCreateAsync(expires) { return this._run('appCreate', expires); }

    /** An application token that was created here. */
    appGet(id) { return steps.appGet(this.handle, id); }
    appGetAsync(id) { return this._run('appGet', id); }

    /** The application tokens as JSON. */
    appList() { return new Response(steps.appList(this.handle)); }
    async appListAsync() { return new Response(await this._run('appList')); }

    /** Revokes an application token and forgets it. */
    appRevoke(id) { steps.appRevoke(this.handle, id); }
    appRevokeAsync(id) { return this._run('appRevoke', id); }

    /**
     * Sends a request with the token on it, renewed and repeated once on 401.
     *
     * @param {string} method
     * @param {string} url      Absolute, or beginning with '/' and then appended to the environment's API address.
     * @param {?(string|object)} headers  Lines of 'Name: value', or an object, a Map or Headers.
     * @param {?(string|Uint8Array)} body  A text, sent as UTF-8, as JSON unless a header says otherwise; or bytes as they are.
     * @returns {Response}
     */
    request(method, url, headers = null, body = null) {
        return new Response(steps.request(this.handle, method, url, lines(headers), body));
    }
    async requestAsync(method, url, headers = null, body = null) {
        return new Response(await this._run('request', method, url, lines(headers), body));
    }

    /** A report for support, without secrets. */
    diagnose() { return new Response(steps.diagnose(this.handle)); }
    async diagnoseAsync() { return new Response(await this._run('diagnose')); }

    _run(step, ...values) {
        // Whoever waits for the call keeps the account from being closed as forgotten.
        return run(step, this.handle, ...values).finally(() => this.handle);
    }
}

module.exports = {
    load,
    native,
    Account,
    Response,
    ErpTokenError,
    /** How many calls may wait for providers at the same time by the ...Async methods. */
    workers: 4,
    version: () => textOf(native.erptoken_version),
    /** Sets an option of the process, or the default of an account option. */
    configure: (option, value) => check(native.erptoken_configure(text(option), text(value))),
    /** What is wrong with a profile, and what it would send; nothing is sent. */
    checkProfile: (file) => new Response(numberOf(native.erptoken_check_profile, text(file))),
    /** Closes every handle and wipes every token: for the program, not for a plugin. */
    shutdown: () => check(native.erptoken_shutdown()),
@NAMES@
};

if (workerData && workerData.mark === MARK) serve();
