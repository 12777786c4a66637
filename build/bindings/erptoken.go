// Package erptoken gets, keeps and renews access tokens: erptoken @VERSION@ for Go, over cgo. Declarations generated from
// the library's source, and below them what returns Go's errors.
//
//	account, err := erptoken.Open("senior")
//	...
//	defer account.Close()
//	account.Set("username", "admin@empresa.com.br")
//	account.Set("password", "senhaUsuario")
//	authorization, err := account.Authorization()
//	request.Header.Set("Authorization", authorization)
//
// Copy this file and go.mod into a folder of your module, or name the folder in your go.mod: "replace erptoken => ./erptoken".
// It needs no header. The linker finds an installed library by itself; one in a folder by
// CGO_LDFLAGS="-L/opt/erp/lib" (Windows: the folder with liberptoken.dll.a) or CGO_LDFLAGS="$(pkg-config --libs erptoken)";
// go build -tags pkgconfig asks pkg-config by itself.
//
// Any object may be used from any goroutine. A call and the reading of its error are one step on one thread here: the
// last error belongs to a thread, and Go moves goroutines between threads. Ask for the token before every request instead
// of keeping it. Close what you open: nothing else closes it.
//
// Run with Go 1.19 on Linux x86-64 by the tests; the example, built by mingw, once in Wine 8, 64 and 32 bits. Not run:
// Windows itself, other processors.
package erptoken

/*
#cgo pkgconfig pkg-config: erptoken
#cgo !pkgconfig LDFLAGS: -lerptoken
#include <stdint.h>
#include <stdlib.h>

@FUNCTIONS@
extern void erptokenGoLine(int32_t level, char *line, void *user_data);
*/
import "C"

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

const (
@CONSTANTS@
)

// Status is what a function of the library returns. As an error it is what errors.Is compares with.
type Status int32

const (
@STATUSES@
)

// Error gives the name of the status, such as "ERPTOKEN_E_NETWORK".
func (s Status) Error() string {
	name, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_status_name(C.int32_t(s), buffer, length)
	})
	return name
}

// Error tells why a call failed. errors.Is(err, StatusCredentials) asks for its status.
type Error struct {
	Status     Status
	Text       string        // What happened and what to do about it.
	ServerCode string        // The provider's own code; empty if it gave none.
	HTTPStatus int           // 0: no answer came.
	RetryAfter time.Duration // After what time to try again.
	Retryable  bool          // Whether the same call may succeed later with nothing changed, and can do no harm.
}

func (e *Error) Error() string { return e.Text }

// Is compares with a Status.
func (e *Error) Is(target error) bool { return target == e.Status }

// Account is an account at a provider.
type Account struct{ handle C.int32_t }

// Response is an answer to a request, whatever its HTTP status.
type Response struct{ handle C.int32_t }

// Open opens an account at "senior", "invoisys", "assine", or the absolute path of a profile. It sends nothing.
func Open(provider string) (*Account, error) {
	if version := int(C.erptoken_abi_version()); version/1000 != ABIVersion/1000 {
		return nil, fmt.Errorf("erptoken has another interface (%d) than this package was made for", version)
	}
	handle, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_open(text(provider), out) }, provider)
	return &Account{handle}, err
}

// Set sets an option; empty is the default.
func (a *Account) Set(option, value string) error {
	return call(func() C.int32_t { return C.erptoken_set(a.handle, text(option), text(value)) }, option, value)
}

// Get gives the access token: at once from memory, else by a login or a refresh.
func (a *Account) Get() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_get(a.handle, buffer, length) })
}

// Authorization gives the header's value, "Bearer ...", ready to be sent.
func (a *Account) Authorization() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_authorization(a.handle, buffer, length)
	})
}

// Renew gets a newer token now.
func (a *Account) Renew() error {
	return call(func() C.int32_t { return C.erptoken_renew(a.handle) })
}

// Reject tells that an API answered 401 to this token. StatusRefusedAgain: it replaced a refused one a moment ago and is
// kept; the cause is a permission.
func (a *Account) Reject(token string) error {
	return call(func() C.int32_t { return C.erptoken_reject(a.handle, text(token)) }, token)
}

// Logout revokes the token at the provider, then forgets it.
func (a *Account) Logout() error {
	return call(func() C.int32_t { return C.erptoken_logout(a.handle) })
}

// Info gives a field as text: "state", "expires_at", "source", ...
func (a *Account) Info(field string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_info(a.handle, text(field), buffer, length)
	}, field)
}

// InfoInt gives a field as a number: "expires_in", "logins", ...
func (a *Account) InfoInt(field string) (int, error) {
	value, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_info_int(a.handle, text(field), out) }, field)
	return int(value), err
}

// AppAllowed says whether this account may create application tokens.
func (a *Account) AppAllowed() (bool, error) {
	allowed, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_app_check(a.handle, out) })
	return allowed != 0, err
}

// AppCreate creates an application token and gives its id. expires is a number of days ("365"), or an instant in RFC 3339
// with its zone.
func (a *Account) AppCreate(expires string) (string, error) {
	// There is room for every id from the first: a creation is never repeated blindly.
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_app_create(a.handle, text(expires), buffer, length)
	}, expires)
}

// AppGet gives an application token that was created here.
func (a *Account) AppGet(id string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_app_get(a.handle, text(id), buffer, length)
	}, id)
}

// AppList gives the application tokens as JSON.
func (a *Account) AppList() (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_app_list(a.handle, out) })
}

// AppRevoke revokes an application token and forgets it.
func (a *Account) AppRevoke(id string) error {
	return call(func() C.int32_t { return C.erptoken_app_revoke(a.handle, text(id)) }, id)
}

// Request sends a request with the token on it, renewed and repeated once on 401. url is absolute, or begins with "/" and
// is appended to the environment's API address; headers are lines of "Name: value", or empty; body may be nil.
func (a *Account) Request(method, url, headers string, body []byte) (*Response, error) {
	return a.send(method, url, headers, body, len(body))
}

// RequestText is Request with a text, sent as UTF-8, as JSON unless a header says otherwise.
func (a *Account) RequestText(method, url, headers, body string) (*Response, error) {
	return a.send(method, url, headers, append([]byte(body), 0), -1, body)
}

func (a *Account) send(method, url, headers string, body []byte, size int, texts ...string) (*Response, error) {
	if size > 1<<31-1 {
		return nil, &Error{Status: StatusArgument, Text: "A body is above 2 GiB."}
	}
	var start unsafe.Pointer
	if len(body) > 0 {
		start = unsafe.Pointer(&body[0])
	}
	return response(func(out *C.int32_t) C.int32_t {
		return C.erptoken_request(a.handle, text(method), text(url), text(headers), start, C.int32_t(size), out)
	}, append(texts, method, url, headers)...)
}

// Diagnose gives a report for support, without secrets.
func (a *Account) Diagnose() (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_diagnose(a.handle, out) })
}

// Close closes the account; its token stays in the cache for other accounts. A second time is StatusHandle.
func (a *Account) Close() error {
	return call(func() C.int32_t { return C.erptoken_close(a.handle) })
}

// Status is the HTTP status.
func (r *Response) Status() (int, error) {
	status, err := number(func(out *C.int32_t) C.int32_t { return C.erptoken_response_status(r.handle, out) })
	return int(status), err
}

// Text is the body as text, from the character set that it declares.
func (r *Response) Text() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_text(r.handle, buffer, length)
	})
}

// Header is a header's value; StatusNotFound if there is none.
func (r *Response) Header(name string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_header(r.handle, text(name), buffer, length)
	}, name)
}

// Field is a value of a JSON body ("/items/0/id"); StatusNotFound if there is none.
func (r *Response) Field(path string) (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_response_field(r.handle, text(path), buffer, length)
	}, path)
}

// Bytes is the body as it came.
func (r *Response) Bytes() (body []byte, err error) {
	err = call(func() C.int32_t {
		var length C.int32_t
		status := C.erptoken_response_bytes(r.handle, nil, &length)
		if status == C.int32_t(StatusBuffer) {
			body = make([]byte, length)
			status = C.erptoken_response_bytes(r.handle, unsafe.Pointer(&body[0]), &length)
		}
		return status
	})
	return
}

// Close closes the response. A second time is StatusHandle.
func (r *Response) Close() error {
	return call(func() C.int32_t { return C.erptoken_close(r.handle) })
}

// Version is the library's version.
func Version() (string, error) {
	return read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_version(buffer, length) })
}

// Configure sets an option of the process, or the default of an account option.
func Configure(option, value string) error {
	return call(func() C.int32_t { return C.erptoken_configure(text(option), text(value)) }, option, value)
}

// CheckProfile tells what is wrong with a profile, and what it would send; nothing is sent.
func CheckProfile(path string) (*Response, error) {
	return response(func(out *C.int32_t) C.int32_t { return C.erptoken_check_profile(text(path), out) }, path)
}

// Shutdown closes every handle and wipes every token: for the program, not for a plugin.
func Shutdown() error {
	return call(func() C.int32_t { return C.erptoken_shutdown() })
}

// Who is told a line, by what the library gives back.
var listeners sync.Map

// Log adds a listener for lines up to a level: 1 error, 2 warning, 3 information, 4 debug. It runs inside calls, where
// every other call is StatusReentrant. The function that is returned removes it.
func Log(level int, line func(level int, line string)) (remove func() error, err error) {
	key := C.malloc(1) // Never freed, so that it never means another listener.
	listeners.Store(key, line)
	set := func(level int) error {
		err := call(func() C.int32_t {
			return C.erptoken_log(C.erptoken_log_fn(C.erptokenGoLine), key, C.int32_t(level))
		})
		if (level == 0) == (err == nil) { // What could not be removed is still told.
			listeners.Delete(key)
		}
		return err
	}
	return func() error { return set(0) }, set(level)
}

//export erptokenGoLine
func erptokenGoLine(level C.int32_t, line *C.char, key unsafe.Pointer) {
	defer func() { _ = recover() }() // No panic may cross the library.
	if told, found := listeners.Load(key); found {
		told.(func(int, string))(int(level), C.GoString(line))
	}
}

// A failing call and the reading of its error are one step on one thread.
func call(function func() C.int32_t, texts ...string) error {
	for _, text := range texts {
		if strings.IndexByte(text, 0) >= 0 {
			return &Error{Status: StatusEncoding, Text: "A text has a NUL in it: mend it where it comes from."}
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := Status(function())
	if status == StatusOK {
		return nil
	}
	why, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t { return C.erptoken_error_text(buffer, length) })
	code, _ := read(func(buffer *C.char, length *C.int32_t) C.int32_t {
		return C.erptoken_error_server_code(buffer, length)
	})
	return &Error{status, why, code, int(C.erptoken_error_http_status()),
		time.Duration(C.erptoken_error_retry_after()) * time.Second, C.erptoken_error_retryable() != 0}
}

func number(function func(out *C.int32_t) C.int32_t, texts ...string) (value C.int32_t, err error) {
	err = call(func() C.int32_t { return function(&value) }, texts...)
	return
}

func response(function func(out *C.int32_t) C.int32_t, texts ...string) (*Response, error) {
	handle, err := number(function, texts...)
	return &Response{handle}, err
}

// What a function writes into a buffer, as long as it asks for.
func read(function func(buffer *C.char, length *C.int32_t) C.int32_t, texts ...string) (value string, err error) {
	err = call(func() C.int32_t {
		length := C.int32_t(1500) // Holds nearly every token, and every error text.
		for {
			buffer := make([]byte, length)
			status := function((*C.char)(unsafe.Pointer(&buffer[0])), &length)
			if status == C.int32_t(StatusOK) {
				value = string(buffer[:length])
			}
			for i := range buffer {
				buffer[i] = 0
			}
			if status != C.int32_t(StatusBuffer) {
				return status
			}
		}
	}, texts...)
	return
}

// A text as C has it. The library copies it before the call returns.
func text(text string) *C.char {
	return (*C.char)(unsafe.Pointer(&append([]byte(text), 0)[0]))
}
